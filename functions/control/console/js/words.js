// Numbers and times as people read them.

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes in units of 1,000. @param {number} number */
export function bytes(number) {
  let rest = Math.abs(number);
  let unit = 0;
  while (rest >= 999.5 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && rest < 99.95 ? 1 : 0;
  return `${number < 0 ? "−" : ""}${rest.toFixed(digits)}\u00a0${UNITS[unit]}`;
}

/** Percent, 0 to 100. @param {number} number */
export function percent(number) {
  const rounded = Math.abs(number) < 10 && number !== 0 ? number.toFixed(1) : String(Math.round(number));
  return `${rounded.replace("-", "−")}\u00a0%`;
}

/** A time, in local time. @param {string} iso */
export function time(iso) {
  return new Date(iso).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

/** A count with its noun. @param {number} number @param {string} word The noun in the singular. */
export function count(number, word) {
  return `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
}

// Pure functions: lists that are typed as text.

/** Domains as they were typed: one per line, or with commas or spaces between. @param {string} text @returns {string[]} */
export function domains(text) {
  return text.split(/[\s,;]+/).filter((name) => name !== "");
}

/** Domains as text. @param {unknown} names as they are stored. */
export function lines(names) {
  return listOf(names).join("\n");
}

/** A list; empty if it is none, since options that are written by hand can be anything. @param {unknown} value @returns {any[]} */
export function listOf(value) {
  return Array.isArray(value) ? value : [];
}

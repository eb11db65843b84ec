// Pure functions: lists as text.

/** Domains from a text: separated by lines, commas or spaces. @param {string} text @returns {string[]} */
export function domains(text) {
  return text.split(/[\s,;]+/).filter((name) => name !== "");
}

/** Domains as text. @param {unknown} names The stored value. */
export function lines(names) {
  return listOf(names).join("\n");
}

/** A list; empty for any other value, since hand-written options can hold anything. @param {unknown} value @returns {any[]} */
export function listOf(value) {
  return Array.isArray(value) ? value : [];
}

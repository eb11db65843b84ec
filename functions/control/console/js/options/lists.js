// Pure functions: lists as text.

/** The domains of a text: one per line, or separated by commas or spaces. @param {string} text @returns {string[]} */
export function domains(text) {
  return text.split(/[\s,;]+/).filter((name) => name !== "");
}

/** Domains as text, one per line. @param {unknown} names as they are stored. */
export function lines(names) {
  return listOf(names).join("\n");
}

/** The list, or an empty one for anything else: options that are written by hand can be anything. @param {unknown} value @returns {any[]} */
export function listOf(value) {
  return Array.isArray(value) ? value : [];
}

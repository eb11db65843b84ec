// Pure functions: widths as people type them.

/**
 * The widths in a text, which has commas or spaces between them.
 *
 * @param {string} text
 * @returns {number[] | null} null if something else stands there too, or nothing.
 */
export function widthsIn(text) {
  const words = text.split(/[\s,]+/).filter(Boolean);
  return words.length > 0 && words.every((word) => /^[0-9]{1,9}$/.test(word) && Number(word) > 0) ? words.map(Number) : null;
}

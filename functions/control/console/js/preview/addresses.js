// Pure functions: the addresses of originals.

const IMAGE = /\.(?:jpe?g|png)$/i;
const WHOLE_URL = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/** Whether a path has the extension of a convertible image. @param {string} path */
export function looksLikeImage(path) {
  return IMAGE.test(path);
}

/** The address of an original. @param {string} path The decoded path, as the API lists it. */
export function addressOf(path) {
  return encodeURI(path).replaceAll("?", "%3F").replaceAll("#", "%23");
}

/**
 * The path and query in a typed text. It may be a whole URL, or lack the leading slash.
 *
 * @param {string} typed
 */
export function asAddress(typed) {
  const address = typed.trim().replace(WHOLE_URL, "").replace(/#.*$/s, "");
  return address.startsWith("/") ? address : `/${address}`;
}

/**
 * The prefix of the originals to suggest.
 *
 * @param {string} typed
 * @returns {string | null} The decoded prefix; null while a query is typed, which has no suggestions.
 */
export function prefixOf(typed) {
  if (typed.includes("?")) return null;
  const path = asAddress(typed);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

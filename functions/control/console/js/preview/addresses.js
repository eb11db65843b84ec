// Pure functions: originals and the addresses that they are asked for by.

const IMAGE = /\.(?:jpe?g|png)$/i;
const WHOLE_URL = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/** Whether a path looks like that of an image which can be made smaller. @param {string} path */
export function looksLikeImage(path) {
  return IMAGE.test(path);
}

/** The address of an original. @param {string} path as the API lists it, decoded. */
export function addressOf(path) {
  return encodeURI(path).replaceAll("?", "%3F").replaceAll("#", "%23");
}

/**
 * What was typed as path and query. Of a whole URL the host is left out, and the slash at the beginning may be missing.
 *
 * @param {string} typed
 */
export function asAddress(typed) {
  const address = typed.trim().replace(WHOLE_URL, "").replace(/#.*$/s, "");
  return address.startsWith("/") ? address : `/${address}`;
}

/**
 * What originals begin with that may be meant.
 *
 * @param {string} typed
 * @returns {string | null} decoded; null where a query is being typed, for which there is nothing to suggest.
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

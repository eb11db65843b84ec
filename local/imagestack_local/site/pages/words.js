// Pure functions from keys, queries and numbers to URLs and texts of the page.

/** A key as a path: every segment is encoded, the slashes between them stay. */
export function path(key) {
  return "/" + key.split("/").map(encodeURIComponent).join("/");
}

/** Which parameters do not exist, each with the one that may be meant; empty if all exist. */
export function ignored(unknown) {
  const listed = unknown.map(({ name, nearest }) => (nearest ? `“${name}” (do you mean “${nearest}”?)` : `“${name}”`));
  const none = listed.length === 1 ? "there is no such parameter" : "there are no such parameters";
  return listed.length === 0 ? "" : `Ignored, since ${none}: ${listed.join(", ")}.`;
}

/** A typed query without the leading question mark and spaces; `#` is encoded. */
export function query(typed) {
  return typed.trim().replace(/^\?/, "").replaceAll("#", "%23");
}

/** The URL of an original with a query. */
export function url(key, asked) {
  return path(key) + (asked === "" ? "" : "?" + asked);
}

/** A number of bytes as text: 999 B, 12.3 kB, 4.56 MB. */
export function bytes(count) {
  if (count < 1000) return `${count} B`;
  const [divisor, unit] = count < 999_950 ? [1e3, "kB"] : [1e6, "MB"];
  const value = count / divisor;
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`;
}

/** How much smaller a result is, in percent with a sign; null if the original's size is unknown. */
export function saved(original, result) {
  if (!(original > 0)) return null;
  const percent = Math.round((1 - result / original) * 100);
  if (percent === 0) return "0%";
  return percent > 0 ? `−${percent}%` : `+${-percent}%`;
}

/** The name of an image format from its content type. */
export function format(contentType) {
  const type = (contentType ?? "").split(";")[0].trim();
  const match = /^image\/(?:x-)?([a-z0-9.-]+)(?:\+xml)?$/i.exec(type);
  return match ? { webp: "WebP" }[match[1].toLowerCase()] ?? match[1].toUpperCase() : type || "no type";
}

// Pure functions: the parts of an explanation, in words.

const BROWSERS = { avif: "AVIF and WebP", webp: "WebP", none: "neither" };

/** The formats that a class of browsers decodes. */
export function browserName(decodes) {
  return BROWSERS[decodes] ?? decodes;
}

/** Which parameters do not exist, each with the one that may be meant. */
export function unknownText(names) {
  const listed = names.map(({ name, nearest }) => (nearest ? `“${name}” (do you mean “${nearest}”?)` : `“${name}”`));
  return names.length === 1
    ? `Ignored, since there is no such parameter: ${listed[0]}.`
    : `Ignored, since there are no such parameters: ${listed.join(", ")}.`;
}

/** Type, size and bytes of an image. */
export function imageText({ content_type: type, width, height, bytes }) {
  const size = width === null ? "unknown size" : `${width} × ${height}`;
  const length = bytes === undefined ? [] : [`${bytes.toLocaleString("en")} bytes`];
  return [type ?? "unknown type", size, ...length].join(", ");
}

/** What is done with an original. */
export function resultText(made) {
  if (made.operations.length === 0) return "The original, unchanged.";
  const otherwise = made.only_if_smaller ? " The original instead, if that has no more bytes." : "";
  return `${made.operations.join(", ")}: ${imageText(made)}.${otherwise}`;
}

// Images that are shown only when they are complete.

import { el } from "../dom.js";
import { blobOf } from "./blobs.js";

/**
 * @param {string} src
 * @param {string} alt
 * @returns {Promise<HTMLImageElement | null>} null if the browser cannot show the image.
 */
async function whole(src, alt) {
  const picture = el("img", { src, alt, draggable: "false" });
  try {
    await picture.decode();
    return picture;
  } catch {
    return null;
  }
}

/**
 * Cache the last original: each answer signs its address anew, but the image stays the same.
 *
 * @returns {(url: string) => Promise<HTMLImageElement | null>}
 */
export function originals() {
  let last = "";
  let picture = null;
  return (url) => {
    const address = new URL(url, location.href);
    const version = `${address.pathname}?v=${address.searchParams.get("v")}`;
    if (version !== last) picture = whole(url, "Original");
    last = version;
    return picture;
  };
}

/**
 * The image of an answer; it takes memory until it is released.
 *
 * @param {import("./words.js").Answer} answer An answer with a body.
 * @returns {Promise<{picture: HTMLImageElement | null, release: () => void}>}
 */
export async function resultOf(answer) {
  const url = URL.createObjectURL(blobOf(answer.body, answer.headers["Content-Type"]));
  return { picture: await whole(url, "Result"), release: () => URL.revokeObjectURL(url) };
}

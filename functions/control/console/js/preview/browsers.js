// Classes of browsers by the formats that they decode, with the Accept headers that they send for images.

import { ACCEPTS } from "../generated/accepts.js";

/** @typedef {{id: string, name: string, which: string, accept: string}} Browser */

/** @type {Browser[]} The first is the default. */
export const BROWSERS = [
  {
    id: "avif",
    name: "AVIF and WebP",
    which: "Chrome, Firefox, Safari 16",
    accept: ACCEPTS.avif,
  },
  {
    id: "webp",
    name: "WebP only",
    which: "Safari 14",
    accept: ACCEPTS.webp,
  },
  {
    id: "neither",
    name: "Neither",
    which: "old browsers",
    accept: ACCEPTS.none,
  },
];

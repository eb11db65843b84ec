// Classes of browsers, by the formats that they show.

import { ACCEPTS } from "../accepts.js";

/** @typedef {{id: string, name: string, which: string, accept: string}} Browser */

/** @type {Browser[]} the first is chosen at first. */
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

// Classes of browsers by the formats that they decode, with the Accept headers that they send for images.

/** @typedef {{id: string, name: string, which: string, accept: string}} Browser */

/** @type {Browser[]} The first is the default. */
export const BROWSERS = [
  {
    id: "avif",
    name: "AVIF and WebP",
    which: "Chrome, Firefox, Safari 16",
    accept: "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
  },
  {
    id: "webp",
    name: "WebP only",
    which: "Safari 14",
    accept: "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",
  },
  {
    id: "neither",
    name: "Neither",
    which: "old browsers",
    accept: "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
  },
];

// What classes of browsers send as Accept. Written by `make tables` from imagestack/request/accept.py.

/** By the best format that they decode. */
export const ACCEPTS = {
  "avif": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
  "webp": "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",
  "none": "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"
};

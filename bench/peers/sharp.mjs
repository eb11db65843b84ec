// sharp as in its own samples, and as AWS's Dynamic Image Transformation calls it: resize, then toFormat with its
// defaults. The AWS solution also keeps all metadata, which would only add bytes.
import sharp from 'sharp';
import { serve } from './serve.mjs';

// Each job counts as the first of its photograph.
sharp.cache(false);
const { sharp: own, vips, aom, webp } = sharp.versions;

await serve(`sharp ${own} (libvips ${vips}, aom ${aom}, libwebp ${webp}), Node.js ${process.versions.node}`, (job) => {
  const { path, width, format, number: quality, effort, output } = job;
  const image = sharp(path).autoOrient();
  if (width) {
    image.resize({ width, withoutEnlargement: true });
  }
  return image.toFormat(format, { quality, effort }).toFile(output);
});

// ipx by its API, with the modifiers that its server reads from an address.
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { createIPX, ipxFSStorage } from 'ipx';
import { serve } from './serve.mjs';

const require = createRequire(import.meta.url);
const { version } = require('./node_modules/ipx/package.json');
// ipx's own copy of sharp, if it has one. Its cache is off: each job counts as the first of its photograph.
const sharp = createRequire(require.resolve('ipx'))('sharp');
sharp.cache(false);

await serve(`ipx ${version} (sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips})`, async (job) => {
  const ipx = createIPX({ storage: ipxFSStorage({ dir: dirname(job.path) }) });
  const { format: f, number: q, width: w } = job;
  const modifiers = { f, ...(q && { q: String(q) }), ...(w && { w: String(w) }) };
  const { data } = await ipx(basename(job.path), modifiers).process();
  await writeFile(job.output, data);
});

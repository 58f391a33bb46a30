/** Images per second of the loader alone, in a process of its own: used by bench/data.ts. Prints one line of JSON. */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDataThread } from '../src/runs/data/index.js';
import { sourceOf } from './data-source.js';

export interface LoaderRates {
  /** Every image decoded anew. */
  readonly cold: number;
  /** Read from the pack that an earlier run left on the disk, which the system still has in memory. */
  readonly disk: number;
  /** Decoded, resized pixels in memory, from the second epoch on. */
  readonly cached: number;
  readonly cachedBytes: number;
}

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    size: { type: 'string', default: '64' },
    jitter: { type: 'string', default: '72' },
    batch: { type: 'string', default: '1' },
    images: { type: 'string', default: '600' },
  },
});
const [size, jitter, batch] = [values.size, values.jitter, values.batch].map(Number) as [
  number,
  number,
  number,
];
const steps = Math.ceil(Number(values.images) / batch);

/** Images per second over `steps` batches, after `skipped` that fill what is to be filled. */
async function rate(
  { cacheBytes, diskBytes }: { readonly cacheBytes: number; readonly diskBytes: number },
  skipped: 'one batch' | 'one epoch',
): Promise<[number, number]> {
  const data = await openDataThread({
    sources: { pairs: sourceOf(values.data, size, jitter) },
    seed: 1,
    batch,
    recipeFolder: '.',
    dataFolder: '.',
    cacheBytes,
    diskBytes,
    prefetch: 4,
    decoders: availableParallelism(),
    maxBadShare: 0.05,
    warn: console.error,
  });
  const batches = data.batches(0);
  for (let i = 0; i < (skipped === 'one batch' ? 1 : data.stepsPerEpoch); i++) await batches.next();
  const start = performance.now();
  for (let i = 0; i < steps; i++) await batches.next();
  const seconds = (performance.now() - start) / 1000;
  await batches.return(undefined as never);
  await data.close();
  return [(steps * batch) / seconds, data.cache.bytes];
}

const cacheFolder = await mkdtemp(join(tmpdir(), 'gan-bench-'));
process.env['GAN_CACHE_FOLDER'] = cacheFolder;
try {
  const [cold] = await rate({ cacheBytes: 0, diskBytes: 0 }, 'one batch');
  const [cached, cachedBytes] = await rate({ cacheBytes: 2 ** 30, diskBytes: 2 ** 31 }, 'one epoch');
  const [disk] = await rate({ cacheBytes: 0, diskBytes: 2 ** 31 }, 'one batch');
  const rates: LoaderRates = { cold, disk, cached, cachedBytes };
  console.log(JSON.stringify(rates));
} finally {
  await rm(cacheFolder, { recursive: true });
}

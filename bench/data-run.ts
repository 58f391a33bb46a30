/** Images per second of the loader alone, in a process of its own: used by bench/data.ts. Prints one line of JSON. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { openDataThread } from '../src/run/open-data.js';
import { sourceOf } from './data-source.js';

export interface LoaderRates {
  /** Every image decoded anew. */
  readonly cold: number;
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
    images: { type: 'string', default: '300' },
  },
});
const [size, jitter, batch] = [values.size, values.jitter, values.batch].map(Number) as [
  number,
  number,
  number,
];
const steps = Math.ceil(Number(values.images) / batch);

/** Images per second over `steps` batches, after `skipped` that fill what is to be filled. */
async function rate(cacheBytes: number, skipped: 'one batch' | 'one epoch'): Promise<[number, number]> {
  const data = await openDataThread({
    sources: { pairs: sourceOf(values.data, size, jitter) },
    seed: 1,
    batch,
    recipeFolder: '.',
    dataFolder: '.',
    cacheBytes,
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

const [cold] = await rate(0, 'one batch');
const [cached, cachedBytes] = await rate(2 ** 30, 'one epoch');
const rates: LoaderRates = { cold, cached, cachedBytes };
console.log(JSON.stringify(rates));

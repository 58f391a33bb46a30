/**
 * Images per second of the loader alone, with nothing trained: `node dist/bench/data.js [FOLDER]`.
 * FOLDER holds side-by-side pairs; without it towns are made up. The first epoch decodes, the second reads from memory.
 */
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Table from 'cli-table3';
import prettyBytes from 'pretty-bytes';
import { openData } from '../src/data/open.js';
import { shippedDefinitions } from '../src/definitions.js';
import type { SourceConfig } from '../src/recipe/recipe.js';

const [folder] = process.argv.slice(2);
const registry = shippedDefinitions();

const sizes = [
  { size: 64, jitter: 72 },
  { size: 256, jitter: 286 },
];

function sourceOf(size: number, jitter: number): SourceConfig {
  return {
    ...(folder === undefined
      ? { type: 'synthetic-maps', train: 300, val: 0, seed: 1 }
      : { type: 'side-by-side', path: resolve(folder) }),
    fields: { source: { from: 'left', as: 'rgb' }, target: { from: 'right', as: 'rgb' } },
    size: { height: size, width: size },
    fit: 'fill',
    interpolation: 'bicubic',
    augment: { jitter: { height: jitter, width: jitter }, flip: 'horizontal' },
  };
}

/** Milliseconds that the consumer waits per batch of one, where it is busy for `busy` ms after each. */
async function waiting(steps: number, busy: number, batches: AsyncGenerator): Promise<number> {
  let waited = 0;
  for (let step = 0; step < steps; step++) {
    const start = performance.now();
    await batches.next();
    waited += performance.now() - start;
    // A step blocks the event loop; this does not burn the processor that the decoding threads need.
    if (busy > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busy);
  }
  return waited / steps;
}

const table = new Table({
  head: [
    'size',
    'open, ms',
    'first epoch, images/s',
    'cached, images/s',
    'in memory',
    'wait beside a 30 ms step, ms',
  ],
  style: { head: [], border: [] },
});
for (const { size, jitter } of sizes) {
  const options = {
    sources: { pairs: sourceOf(size, jitter) },
    registry,
    seed: 1,
    batch: 1,
    recipeFolder: '.',
    dataFolder: '.',
    cacheBytes: 1e9,
    prefetch: 8,
    maxBadShare: 0.05,
    warn: console.warn,
  };
  const start = performance.now();
  const data = await openData(options);
  const opened = performance.now() - start;
  const steps = data.stepsPerEpoch;
  const batches = data.batches(0);
  const [first, cached] = [await waiting(steps, 0, batches), await waiting(steps, 0, batches)];
  const uncached = await openData({ ...options, cacheBytes: 0 });
  const beside = uncached.batches(0);
  await setTimeout(200);
  const wait = await waiting(Math.min(100, steps), 30, beside);
  const rate = (ms: number): number => Math.round(1000 / ms);
  table.push([
    `${size}`,
    opened.toFixed(0),
    rate(first),
    rate(cached),
    prettyBytes(data.cache.bytes),
    wait.toFixed(1),
  ]);
  await batches.return(undefined as never);
  await beside.return(undefined as never);
  await Promise.all([data.close(), uncached.close()]);
}
console.log(
  `${folder ?? 'synthetic maps'}; an image is a pair, read, cropped, mirrored and turned into two tensors`,
);
console.log(table.toString());

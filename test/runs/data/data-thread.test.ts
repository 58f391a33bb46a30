import { expect, onTestFinished, test } from 'vitest';
import { UserError } from '../../../src/core/errors.js';
import { openData } from '../../../src/data/open.js';
import type { Data } from '../../../src/data/types.js';
import { openDataThread } from '../../../src/runs/data/open-data.js';
import { all, take } from '../../data/support/fixtures.js';
import { registry } from '../../support/plan.js';

const options = {
  sources: {
    pairs: {
      type: 'synthetic-maps',
      train: 7,
      val: 3,
      seed: 1,
      fields: { source: { from: 'left', as: 'rgb' }, target: { from: 'right', as: 'labels' } },
      size: { height: 16, width: 16 },
      fit: 'fill',
      interpolation: 'bicubic',
      augment: { jitter: { height: 18, width: 18 }, flip: 'horizontal' },
    },
  },
  seed: 1,
  batch: 2,
  recipeFolder: '/nowhere',
  dataFolder: '/nowhere',
  cacheBytes: 1e6,
  prefetch: 4,
  maxBadShare: 0.05,
  warn: () => undefined,
} as const;

async function openThread(changes: Partial<Parameters<typeof openDataThread>[0]> = {}): Promise<Data> {
  const data = await openDataThread({ ...options, ...changes });
  onTestFinished(() => data.close());
  return data;
}

test('another thread reads what this one would have, to the bit', async () => {
  const data = await openThread();
  const here = await openData({ ...options, registry });
  onTestFinished(() => here.close());
  for (const key of ['sources', 'palettes', 'stepsPerEpoch', 'skipped'] as const)
    expect(data[key]).toEqual(here[key]);
  expect(await take(data, 5, 2)).toEqual(await take(here, 5, 2));
  expect(await all(data.examples('val'))).toEqual(await all(here.examples('val')));
  expect(await all(data.examples('val', 2))).toHaveLength(2);
  expect(await data.count('val')).toBe(3);
  expect(await data.digests()).toEqual(await here.digests());
  expect(data.cache.examples).toBeGreaterThan(0);
});

test('a user’s mistake crosses with its remedy, on opening and later', async () => {
  const missing = { ...options.sources.pairs, type: 'side-by-side', path: 'nowhere' };
  const opening = openDataThread({ ...options, sources: { pairs: missing } });
  await expect(opening).rejects.toThrow(UserError);
  await expect(opening).rejects.toMatchObject({ remedy: expect.stringContaining('--data') as string });
  const data = await openThread();
  await expect(data.count('tset')).rejects.toMatchObject({
    name: 'UserError',
    remedy: expect.stringContaining('splits') as string,
  });
  await expect(all(data.examples('tset'))).rejects.toThrow(UserError);
  // The others go on.
  expect(await take(data, 1)).toHaveLength(1);
});

test('it reads on while this thread is busy, and a batch that is there costs no turn of the event loop', async () => {
  const data = await openThread();
  const batches = data.batches(0);
  await batches.next();
  let turned = true;
  // However slow the other thread is, there is a time in which it reads a few batches.
  for (let busy = 500; turned && busy < 120_000; busy *= 2) {
    // Nothing can be handed over meanwhile, as in a step.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busy);
    turned = false;
    setImmediate(() => (turned = true));
    for (let i = 0; i < options.prefetch - 1; i++) await batches.next();
  }
  expect(turned).toBe(false);
  await batches.return(undefined as never);
});

test('closing ends the thread, and nothing is read afterwards', async () => {
  const data = await openThread();
  await data.batches(0).next();
  await data.close();
  await data.close();
  await expect(take(data, 1)).rejects.toThrow(/closed/);
});

import fc from 'fast-check';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Random } from '../../src/core/random.js';
import { Order, passLength, stepsPerEpoch } from '../../src/data/order.js';
import { all, makeFolder, numbers, open, saveNumbered, source, take } from './support/fixtures.js';

const augment = { jitter: { width: 10, height: 9 }, flip: 'horizontal' } as const;

test('an order derives from the seed, its purpose, the source and the pass alone', () => {
  const order = new Order(3, 'b', 7, 5);
  for (const pass of [0, 1, 2]) {
    const shuffled = new Random(3, 'shuffle', 'b', pass).shuffle([0, 1, 2, 3, 4, 5, 6]);
    for (let position = 0; position < 5; position++)
      expect(order.at(5 * pass + position)).toEqual({ pass, position, index: shuffled[position] });
  }
});

test.each([
  // The largest sources leave their last short batch out, smaller ones use all they have.
  [10, 10, 4, 8, 2],
  [10, 12, 4, 10, 3],
  [12, 12, 4, 12, 3],
  [3, 3, 4, 3, 1],
  [4, 4, 4, 4, 1],
  [5, 5, 4, 4, 1],
  [1, 1, 1, 1, 1],
])(
  'of %d examples, beside %d, in batches of %d a pass takes %d: %d steps',
  (count, largest, batch, pass, steps) => {
    expect(passLength(count, largest, batch)).toBe(pass);
    expect(stepsPerEpoch(largest, batch)).toBe(steps);
  },
);

test('an epoch is one pass over the largest source; the smaller one starts again', async () => {
  const folder = await makeFolder();
  await saveNumbered(join(folder, 'large'), 7);
  await saveNumbered(join(folder, 'small'), 3);
  const { data } = await open(
    {
      large: source(join(folder, 'large'), { fields: { x: { from: 'left', as: 'rgb' } } }),
      small: source(join(folder, 'small'), { fields: { y: { from: 'left', as: 'rgb' } } }),
    },
    { batch: 2 },
  );
  expect(data.stepsPerEpoch).toBe(3);
  // Side by side they end with the shortest.
  expect(await data.count('train')).toBe(3);
  const pairs = await all(data.examples('train'));
  expect(pairs.map((pair) => [...numbers(pair, 'x'), ...numbers(pair, 'y')])).toEqual(
    [1, 2, 3].map((n) => [n, n]),
  );
  const batches = await take(data, 6);
  expect(batches[0]!.fields['x']!.shape).toEqual([2, 8, 8, 3]);
  expect(batches[0]!.names).toHaveProperty('small');
  const seen = (field: string, from: number, to: number): readonly number[] =>
    batches
      .slice(from, to)
      .flatMap((batch) => numbers(batch, field))
      .sort();
  expect(new Set(seen('x', 0, 3)).size).toBe(6);
  expect(new Set(seen('x', 3, 6)).size).toBe(6);
  const small = batches.flatMap((batch) => numbers(batch, 'y'));
  for (let pass = 0; pass < 4; pass++) expect(small.slice(pass * 3, pass * 3 + 3).sort()).toEqual([1, 2, 3]);
});

test('resumed at any step, with any cache and any reading ahead, the batches are those of the unbroken run', async () => {
  const folder = await makeFolder();
  await saveNumbered(folder, 5);
  const config = source(folder, { augment });
  const unbroken = await take((await open(config, { batch: 2 })).data, 12);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 11 }),
      fc.integer({ min: 0, max: 6 }),
      fc.constantFrom(0, 600, 1e6),
      async (from, prefetch, cacheBytes) => {
        const { data } = await open(config, { batch: 2, prefetch, cacheBytes });
        expect(await take(data, 12 - from, from)).toEqual(unbroken.slice(from));
      },
    ),
    { numRuns: 6 },
  );
});

test('two sources of one folder are shuffled apart, and each otherwise with another seed', async () => {
  const folder = await makeFolder();
  await saveNumbered(folder, 12);
  const of = (field: string) => source(folder, { fields: { [field]: { from: 'left', as: 'rgb' } } });
  const orders: string[] = [];
  for (const seed of [1, 2]) {
    const batches = await take((await open({ photos: of('x'), maps: of('y') }, { seed })).data, 12);
    for (const field of ['x', 'y']) orders.push(batches.flatMap((batch) => numbers(batch, field)).join());
  }
  expect(new Set(orders).size).toBe(4);
});

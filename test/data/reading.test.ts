import { setTimeout } from 'node:timers/promises';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { readAhead } from '../../src/data/read-ahead.js';
import { BadExample, defineDataset, type Example, Registry } from '../../src/registry/index.js';
import { all, makeFolder, open, registry, saveNumbered, source, take } from './support/fixtures.js';

test('reading ahead keeps so many under way, gives all in order, and waits for them when it is left', async () => {
  let [started, finished, most] = [0, 0, 0];
  const make = async (index: number): Promise<number> => {
    started++;
    most = Math.max(most, started - finished);
    await setTimeout(index % 3);
    finished++;
    return index;
  };
  const given: number[] = [];
  for await (const item of readAhead(make, 5, 4)) {
    given.push(item);
    expect(started).toBeLessThanOrEqual(given.length + 4);
    if (given.length === 12) break;
  }
  expect(given).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  expect(most).toBe(5);
  expect(started).toBe(16);
  expect(finished).toBe(started);
});

test('a failure ahead is thrown in its turn and not before', async () => {
  const make = (index: number): Promise<number> =>
    index === 2 ? Promise.reject(new Error('bad')) : Promise.resolve(index);
  const items = readAhead(make, 0, 3);
  expect((await items.next()).value).toBe(0);
  await setTimeout(5);
  expect((await items.next()).value).toBe(1);
  await expect(items.next()).rejects.toThrow('bad');
});

/** Makes its examples, ten that are good but for what is said, and counts how often each is read. */
function countingRegistry(
  examples: readonly Example[] = Array.from({ length: 10 }, (_, i) => ({ name: `${i}`, files: [] })),
  check?: (example: Example) => Promise<void>,
): { readonly registry: Registry; readonly reads: Map<string, number> } {
  const reads = new Map<string, number>();
  const counting = defineDataset({
    type: 'counting',
    summary: 'Counts.',
    params: Type.Object({}),
    example: { type: 'counting' },
    files: false,
    from: undefined,
    open: () =>
      Promise.resolve({
        splits: () => Promise.resolve([]),
        examples: () => Promise.resolve(examples),
        ...(check ? { check } : {}),
        read: ({ name }, from, size) => {
          reads.set(name, (reads.get(name) ?? 0) + 1);
          return Promise.resolve(
            from.map(() => ({ ...size, channels: 3 as const, data: new Uint8Array(192) })),
          );
        },
      }),
  });
  const kinds = {
    layer: [],
    network: [],
    loss: [],
    metric: [],
    optimizer: [],
    schedule: [],
    tensor: [],
    initialiser: [],
  };
  return { registry: new Registry({ ...kinds, dataset: [counting] }), reads };
}

test('a slow consumer finds its batches waiting; a fast one gets no fewer', async () => {
  const { registry: counted, reads } = countingRegistry();
  const { data } = await open(source('x', { type: 'counting' }), {
    registry: counted,
    prefetch: 3,
    cacheBytes: 0,
  });
  const batches = data.batches(0);
  const total = (): number => [...reads.values()].reduce((sum, n) => sum + n, 0);
  await batches.next();
  await setTimeout(10);
  // One handed over, three ahead, and no more however long the step takes.
  expect(total()).toBe(4);
  await Promise.all(Array.from({ length: 20 }, () => batches.next()));
  expect(total()).toBe(24);
  await batches.return(undefined as never);
});

test.each([
  // One less than the limit ahead, and four at most.
  [1, 1, 1],
  [2, 2, 3],
  [3, 3, 5],
  [6, 6, 10],
  [undefined, 10, 10],
  [0, 0, 0],
])('a limit of %s gives %d of ten examples and reads %d', async (limit, given, read) => {
  const { registry: counted, reads } = countingRegistry();
  const { data } = await open(source('x', { type: 'counting' }), { registry: counted, prefetch: 4 });
  expect(await all(data.examples('train', limit))).toHaveLength(given);
  expect(reads.size).toBe(read);
  expect(data.sources['pairs']).toEqual({ type: 'counting', folder: undefined, counts: { train: 10 } });
});

test('what a type finds bad before it is read is left out; one that makes none says so', async () => {
  const check = ({ name }: Example): Promise<void> =>
    Number(name) % 3 === 0 ? Promise.reject(new BadExample(name, 'is odd')) : Promise.resolve();
  const { registry: counted, reads } = countingRegistry(undefined, check);
  const config = source('x', { type: 'counting' });
  const { data, warnings } = await open(config, { registry: counted, maxBadShare: 0.4 });
  // In the order of the examples, whichever was looked at first.
  expect(warnings).toEqual(['Skipped 4 examples:\n  0 is odd\n  3 is odd\n  6 is odd\n  9 is odd']);
  expect(await data.count('train')).toBe(6);
  const names = (await all(data.examples('train', 3))).map((batch) => batch.names['pairs']);
  expect(names).toEqual([['1'], ['2'], ['4']]);
  expect(reads.has('0')).toBe(false);
  await expect(open(config, { registry: countingRegistry([]).registry })).rejects.toMatchObject({
    message: 'Source "pairs" makes no examples: all its counts are 0.',
    exitCode: 2,
  });
});

test('what fits the budget is read once and kept; the rest is read each time', async () => {
  const { registry: counted, reads } = countingRegistry();
  // An example is two fields of 8 x 8 x 3 bytes.
  const { data } = await open(source('x', { type: 'counting' }), {
    registry: counted,
    cacheBytes: 4 * 384 + 100,
  });
  await take(data, 50);
  expect(data.cache).toEqual({ examples: 4, bytes: 4 * 384, budget: 4 * 384 + 100 });
  const often = [...reads.values()].filter((n) => n > 1);
  expect(often).toHaveLength(6);
  expect([...reads.values()].filter((n) => n === 1)).toHaveLength(4);
});

test('a batch handed over is never written to again', async () => {
  const folder = await makeFolder();
  await saveNumbered(folder, 3);
  const { data } = await open(source(folder));
  const batches = await take(data, 6);
  expect(new Set(batches.map((batch) => batch.fields['a']!.data.buffer)).size).toBe(6);
});

test('closing waits for what is being read, and nothing is read afterwards', async () => {
  const folder = await makeFolder();
  await saveNumbered(folder, 3);
  const { data } = await open(source(folder), { registry });
  const batches = data.batches(0);
  await batches.next();
  await data.close();
  await expect(take(data, 1)).rejects.toThrow(/closed/);
});

import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SourceConfig } from '../../src/recipe/recipe.js';
import { all, draw, makeFolder, numbers, open, save, source, take } from '../data/support/fixtures.js';

const flat = (n: number) => draw(8, 8, () => [n, 0, 0]);

const classed = (
  path: string,
  classes?: number | readonly string[],
  changes: Partial<SourceConfig> = {},
): SourceConfig =>
  source(path, {
    type: 'class-folders',
    fields: {
      a: { from: 'image', as: 'rgb' },
      label: { from: 'class', as: 'class', ...(classes === undefined ? {} : { classes }) },
    },
    ...changes,
  });

const saveAll = async (folder: string, ...files: readonly (readonly [string, number])[]): Promise<void> => {
  for (const [file, n] of files) await save(join(folder, file), flat(n));
};

const labels = (batch: { fields: Readonly<Record<string, { data: Float32Array }>> }) => [
  ...batch.fields['label']!.data,
];

test('a class is a one-hot vector over the classes of all splits in natural order', async () => {
  const folder = await makeFolder();
  await saveAll(folder, ['train/class10/1.png', 3], ['train/class2/deep/1.png', 2], ['val/class1/1.png', 1]);
  const { data } = await open(classed(folder));
  expect(data.sources['pairs']).toMatchObject({
    counts: { train: 2, val: 1 },
    classes: { label: ['class1', 'class2', 'class10'] },
  });
  const train = await all(data.examples('train'));
  expect(train.map((batch) => [...numbers(batch), ...labels(batch)])).toEqual([
    [2, 0, 1, 0],
    [3, 0, 0, 1],
  ]);
  expect(train[0]!.fields['label']!.shape).toEqual([1, 3]);
  expect((await all(data.examples('val'))).map(labels)).toEqual([[1, 0, 0]]);
});

test('shuffled batches keep image and class together, cached or not', async () => {
  const folder = await makeFolder();
  await saveAll(folder, ...[1, 2, 3, 4, 5, 6].map((n) => [`${n % 2 ? 'odd' : 'even'}/${n}.png`, n] as const));
  for (const cacheBytes of [0, 1e6]) {
    const { data } = await open(classed(folder), { batch: 3, cacheBytes });
    for (const batch of await take(data, 4)) {
      expect(batch.fields['label']!.shape).toEqual([3, 2]);
      expect(labels(batch)).toEqual(numbers(batch).flatMap((n) => (n % 2 ? [0, 1] : [1, 0])));
    }
  }
});

test('shares divide the heap of all usual splits, whose classes are the folders inside', async () => {
  const folder = await makeFolder();
  await saveAll(
    folder,
    ['train/cat/x/1.png', 1],
    ['val/dog/1.png', 2],
    ['test/cat/2.png', 3],
    ['notes/cow/1.png', 4],
  );
  const { data } = await open(classed(folder, undefined, { splits: { every: 1 } }));
  const every = await all(data.examples('every'));
  expect(every.map((batch) => [batch.names['pairs']![0], ...numbers(batch), ...labels(batch)])).toEqual([
    ['test/cat/2.png', 3, 1, 0],
    ['train/cat/x/1.png', 1, 1, 0],
    ['val/dog/1.png', 2, 0, 1],
  ]);
});

test('folders that hold no classes are told of', async () => {
  const folder = await makeFolder();
  await saveAll(folder, ['1.png', 1], ['cat/2.png', 2], ['dog/3.png', 3]);
  const { warnings, data } = await open(classed(folder));
  expect(warnings).toEqual([`Left out, since they lie in no class's folder: 1.png of ${folder}.`]);
  expect(data.sources['pairs']!.counts).toEqual({ train: 2 });
  for (const n of [2, 3, 4, 5, 6, 7]) await saveAll(folder, [`${n}.png`, n]);
  expect((await open(classed(folder))).warnings[0]).toContain(
    ': 1.png, 2.png, 3.png, 4.png, 5.png, and 2 more of',
  );

  const flatOnly = await makeFolder();
  await saveAll(flatOnly, ['1.png', 1]);
  await expect(open(classed(flatOnly))).rejects.toThrow(/has images, and no folder per class/);
  const single = await makeFolder();
  await saveAll(single, ['cat/1.png', 1]);
  await expect(open(classed(single))).rejects.toThrow(/has one class alone \(cat\)/);
});

import { expect, test } from 'vitest';
import type { SourceConfig } from '../../src/recipe/recipe.js';
import { saveAll, all, makeFolder, numbers, open, source } from '../data/support/fixtures.js';

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

const labels = (batch: { fields: Readonly<Record<string, { data: Float32Array }>> }) => [
  ...batch.fields['label']!.data,
];

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
});

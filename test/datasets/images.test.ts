import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SourceConfig } from '../../src/recipe/recipe.js';
import { saveAll, all, makeFolder, numbers, open, saveBytes, source } from '../data/support/fixtures.js';

const images = (path: string, changes: Partial<SourceConfig> = {}): SourceConfig =>
  source(path, { type: 'images', fields: { a: { from: 'image', as: 'rgb' } }, ...changes });

test('folders are looked into, in file-name order; what is no image is none', async () => {
  const folder = await makeFolder();
  await saveAll(folder, ['b/10.png', 4], ['b/2.png', 3], ['a.png', 1], ['b/.hidden.png', 9]);
  await saveBytes(join(folder, 'notes.txt'), 'none');
  const { data } = await open(images(folder));
  expect(data.sources['pairs']!.counts).toEqual({ train: 3 });
  const seen = await all(data.examples('train'));
  expect(seen.map((batch) => [batch.names['pairs'], ...numbers(batch)])).toEqual([
    [['a.png'], 1],
    [['b/2.png'], 3],
    [['b/10.png'], 4],
  ]);
});

test('splits are sub-folders, or shares of the heap', async () => {
  const folder = await makeFolder();
  await saveAll(folder, ['train/x/1.png', 1], ['train/2.png', 2], ['val/3.png', 3]);
  expect((await open(images(folder))).data.sources['pairs']!.counts).toEqual({ train: 2, val: 1 });
  const shared = await open(images(folder, { splits: { every: 1 } }));
  expect(shared.data.sources['pairs']!.counts).toEqual({ every: 3 });
});

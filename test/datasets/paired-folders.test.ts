import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SourceConfig } from '../../src/recipe/recipe.js';
import { flat, all, makeFolder, numbers, open, save, saveBytes, source } from '../data/support/fixtures.js';

const paired = (path: string, changes: Partial<SourceConfig> = {}): SourceConfig =>
  source(path, {
    type: 'paired-folders',
    fields: { a: { from: 'photos', as: 'rgb' }, b: { from: 'maps', as: 'rgb' } },
    ...changes,
  });

/** Photos 1, 2, ... as JPEG and maps 101, 102, ... as PNG, under the folders given. */
async function savePairs(photos: string, maps: string, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) {
    await save(join(photos, `${n}.jpg`), flat(n).jpeg({ quality: 100 }));
    await save(join(maps, `${n}.png`), flat(100 + n));
  }
}

async function read(config: SourceConfig, split: string): Promise<unknown> {
  const { data } = await open(config);
  const batches = await all(data.examples(split));
  return batches.map((batch) => [...batch.names['pairs']!, ...numbers(batch, 'b')]);
}

const THREE = [
  ['1', 101],
  ['2', 102],
  ['3', 103],
];

test('splits above the folders, below them, or none: files pair by name without extension', async () => {
  const [above, below, none] = [await makeFolder(), await makeFolder(), await makeFolder()];
  await savePairs(join(above, 'val/photos'), join(above, 'val/maps'), 3);
  await savePairs(join(above, 'train/photos'), join(above, 'train/maps'), 1);
  expect(await read(paired(above), 'val')).toEqual(THREE);

  await savePairs(join(below, 'photos/val'), join(below, 'maps/val'), 3);
  await savePairs(join(below, 'photos/train'), join(below, 'maps/train'), 1);
  expect(await read(paired(below), 'val')).toEqual(THREE);

  await savePairs(join(none, 'photos'), join(none, 'maps'), 3);
  expect(await read(paired(none), 'train')).toEqual(THREE);
});

test('files without a partner, and second files of a name, are reported and left out', async () => {
  const folder = await makeFolder();
  await savePairs(join(folder, 'photos'), join(folder, 'maps'), 2);
  await save(join(folder, 'photos/9.jpg'), flat(9));
  await save(join(folder, 'maps/8.png'), flat(8));
  await save(join(folder, 'maps/2.webp'), flat(2));
  const { data, warnings } = await open(paired(folder));
  expect(await data.count('train')).toBe(2);
  expect([...warnings].sort()).toEqual([
    `Left out, since the other folder has no file of that name: ${folder}/photos/9.jpg, ${folder}/maps/8.png.`,
    `Left out: ${folder}/maps/2.webp, since ${folder}/maps/2.png has the same name.`,
  ]);
});

test('one field is a plain folder of images; a heap of several splits keeps equal names apart', async () => {
  const folder = await makeFolder();
  await savePairs(join(folder, 'train/photos'), join(folder, 'train/maps'), 2);
  await savePairs(join(folder, 'val/photos'), join(folder, 'val/maps'), 2);
  const fields = { b: { from: 'maps', as: 'rgb' } } as const;
  expect(await read(paired(folder, { fields, splits: { all: 1 } }), 'all')).toEqual([
    ['train/1', 101],
    ['train/2', 102],
    ['val/1', 101],
    ['val/2', 102],
  ]);
});

test('names keep their dots and folders, a split needs every field, and five without partner are named', async () => {
  const folder = await makeFolder();
  const files = ['train/v1.5/a.b.png', 'val/1.png', ...[1, 2, 3, 4, 5].map((n) => `train/x${n}.png`)];
  for (const file of files) await save(join(folder, 'photos', file), flat(1));
  await save(join(folder, 'maps/train/v1.5/a.b.jpg'), flat(0));
  const { data, warnings } = await open(paired(folder));
  expect(data.sources['pairs']!.counts).toEqual({ train: 1 });
  const [batch] = await all(data.examples('train'));
  expect([batch!.names['pairs'], numbers(batch!, 'a'), numbers(batch!, 'b')]).toEqual([
    ['v1.5/a.b'],
    [1],
    [0],
  ]);
  const named = [1, 2, 3, 4, 5].map((n) => `${folder}/photos/train/x${n}.png`).join(', ');
  expect(warnings).toEqual([`Left out, since the other folder has no file of that name: ${named}.`]);
  await save(join(folder, 'photos/train/x6.png'), flat(1));
  expect((await open(paired(folder))).warnings).toEqual([expect.stringContaining(`${named}, and 1 more.`)]);
});

test('names that never meet, and folders that are not there, say what there is', async () => {
  const folder = await makeFolder();
  await save(join(folder, 'photos/1.jpg'), flat(1));
  await save(join(folder, 'maps/1_map.png'), flat(1));
  await expect(open(paired(folder))).rejects.toThrow(/^No two files of photos and maps have one name: /);
  const fields = { a: { from: 'photo', as: 'rgb' } } as const;
  await expect(open(paired(folder, { fields }))).rejects.toMatchObject({
    message: `${folder} has no folder "photo", neither directly nor inside a split's folder.`,
    remedy: '`from` of each field names its folder. There are: "maps", "photos".',
  });
});

test('a pair is bad where one of its files is', async () => {
  const folder = await makeFolder();
  await savePairs(join(folder, 'photos'), join(folder, 'maps'), 3);
  await saveBytes(join(folder, 'maps/2.png'), 'broken');
  const { data, warnings } = await open(paired(folder), { maxBadShare: 0.5 });
  expect(await data.count('train')).toBe(2);
  expect(warnings).toEqual([expect.stringMatching(/^Skipped: .*maps\/2\.png cannot be decoded/)]);
});

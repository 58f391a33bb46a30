import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { PixelCache } from '../../../src/data/cache/pixel-cache.js';
import type { Image } from '../../../src/core/image.js';
import type { SourceConfig } from '../../../src/recipe/recipe.js';
import {
  all,
  bytes,
  draw,
  makeFolder,
  numbers,
  open,
  save,
  source,
  square,
  take,
} from '../support/fixtures.js';

const image = (side: number): Image => ({
  ...square(side),
  channels: 3,
  data: new Uint8Array(3 * side * side),
});

test('memory is used up to the last byte of the budget, and nothing is thrown out', () => {
  const cache = new PixelCache(24 + 12);
  const [pair, one] = [[image(2), 7, image(2)], [image(2)]];
  cache.add('a', pair);
  cache.add('a', one);
  cache.add('b', one);
  expect(cache.use).toEqual({ examples: 2, bytes: 36, budget: 36 });
  cache.add('c', [image(1)]);
  // The number of a class takes none.
  cache.add('d', [3]);
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual([pair, one, undefined, [3]]);
});

test('sources, splits and sizes of one name do not share what is cached', async () => {
  const folders = [await makeFolder(), await makeFolder()] as const;
  for (const [i, folder] of folders.entries())
    for (const [j, split] of ['train', 'val'].entries()) {
      const picture = draw(20, 10, (x) => [100 * i + 20 * j, x % 10, 0]);
      await save(join(folder, split, '1.png'), picture);
    }
  const of = (path: string, field: string) =>
    source(path, {
      fields: { [field]: { from: 'left', as: 'rgb' } },
      augment: { jitter: square(10), flip: 'none' },
    });
  const { data } = await open({ x: of(folders[0], 'x'), y: of(folders[1], 'y') });
  for (let round = 0; round < 2; round++) {
    const batches = [
      ...(await take(data, 1)),
      ...(await all(data.examples('train'))),
      ...(await all(data.examples('val'))),
    ];
    const reds = batches.map((batch) => `${numbers(batch, 'x')[0]} ${numbers(batch, 'y')[0]}`);
    expect(reds).toEqual(['0 100', '0 100', '20 120']);
    // Cropped columns follow each other; otherwise 0 to 9 are squeezed into 8.
    const spans = batches.map((batch) => bytes(batch, 'x')[22]! - bytes(batch, 'x')[1]!);
    expect(spans).toEqual([7, 9, 9]);
  }
  expect(data.cache.examples).toBe(6);
});

test('what changes pixels is kept apart on the disk, and what does not is found again', async () => {
  const cache = await makeFolder();
  vi.stubEnv('GAN_CACHE_FOLDER', cache);
  mkdirSync(join(cache, 'pixels'));
  const folders = [await makeFolder(), await makeFolder()] as const;
  for (const [n, folder] of folders.entries())
    for (const split of ['train', 'val']) {
      const picture = draw(40, 18, (x, y) => [(x * 37 + y * 91) % 256, (x * y * 7) % 256, 40 * n]);
      await save(join(folder, split, '1.png'), picture);
    }
  const labels: Partial<SourceConfig> = {
    fields: { a: { from: 'left', as: 'labels', palette: './colours.yaml' } },
  };
  writeFileSync(join(cache, 'colours.yaml'), '["#000000", "#ffffff"]');
  const read = async (path: string, changes: Partial<SourceConfig>, diskBytes: number) => {
    const { data } = await open(source(path, changes), { diskBytes, recipeFolder: cache });
    const batches = [...(await take(data, 2)), ...(await all(data.examples('val')))];
    await data.close();
    return batches.map(({ fields }) => fields);
  };
  const packs = () => readdirSync(join(cache, 'pixels')).length;
  let before = 0;
  for (const [change, path = folders[0], more = 2] of [
    [{}],
    [{}, folders[1]],
    [{ size: square(9) }],
    [{ size: { width: 8, height: 9 } }],
    [{ size: { width: 9, height: 8 } }],
    [{ fit: 'cover' }],
    [{ fit: 'crop' }],
    [{ interpolation: 'lanczos' }],
    [{ fields: { a: { from: 'right', as: 'rgb' } } }],
    [{ fields: { a: { from: 'left', as: 'grey' } } }],
    // Val is read without jitter, and mirrored is what is read.
    [{ augment: { jitter: square(10), flip: 'none' } }, folders[0], 1],
    [{ augment: { jitter: square(10), flip: 'horizontal' } }, folders[0], 0],
    [labels],
  ] as [Partial<SourceConfig>, string?, number?][]) {
    expect(await read(path, change, 1e8)).toEqual(await read(path, change, 0));
    expect(packs()).toBe((before += more));
  }
  writeFileSync(join(cache, 'colours.yaml'), '["#ffffff", "#000000"]');
  expect(await read(folders[0], labels, 1e8)).toEqual(await read(folders[0], labels, 0));
});

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { PixelCache } from '../../src/data/cache.js';
import type { Image } from '../../src/core/image.js';
import type { SourceConfig } from '../../src/recipe/recipe.js';
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
} from './support/fixtures.js';

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
    for (const [j, split] of ['train', 'val'].entries())
      await save(
        join(folder, split, '1.png'),
        draw(20, 10, (x) => [100 * i + 20 * j, x % 10, 0]),
      );
  const field = (name: string) => ({ [name]: { from: 'left', as: 'rgb' } as const });
  const { data } = await open({
    x: source(folders[0], { fields: field('x'), augment: { jitter: square(10) } }),
    y: source(folders[1], { fields: field('y'), augment: { jitter: square(10) } }),
  });
  for (let round = 0; round < 2; round++) {
    const [cropped] = await take(data, 1);
    const [plain] = await all(data.examples('train'));
    const [val] = await all(data.examples('val'));
    expect([cropped, plain, val].map((batch) => [...numbers(batch!, 'x'), ...numbers(batch!, 'y')])).toEqual([
      [0, 100],
      [0, 100],
      [20, 120],
    ]);
    // Columns 0 to 9 are squeezed into 8; what is cropped keeps them.
    const steps = (batch: typeof cropped) =>
      [1, 2, 3].map((x) => bytes(batch!, 'x')[x * 3 + 1]! - bytes(batch!, 'x')[1]!);
    expect(steps(cropped)).toEqual([1, 2, 3]);
    expect(steps(plain)).not.toEqual([1, 2, 3]);
  }
  expect(data.cache.examples).toBe(6);
});

test('what changes pixels is kept apart on the disk, and what does not is found again', async () => {
  const cache = await makeFolder();
  vi.stubEnv('GAN_CACHE_FOLDER', cache);
  const folders = [await makeFolder(), await makeFolder()] as const;
  const speck = (x: number, y: number, n: number) => [(x * 37 + y * 91 * n) % 256, (x * y * 7) % 256, 40 * n];
  for (const [n, folder] of folders.entries())
    for (const split of ['train', 'val'])
      await save(
        join(folder, split, '1.png'),
        draw(40, 18, (x, y) => speck(x, y, n + 1)),
      );
  const labels = { from: 'left', as: 'labels', palette: './colours.yaml' } as const;
  writeFileSync(join(cache, 'colours.yaml'), '["#000000", "#ffffff"]');
  const read = async (path: string, changes: Partial<SourceConfig>, diskBytes: number) => {
    const { data } = await open(source(path, changes), { diskBytes, recipeFolder: cache });
    const batches = [...(await take(data, 2)), ...(await all(data.examples('val')))];
    await data.close();
    return batches.map(({ fields }) => fields);
  };
  mkdirSync(join(cache, 'pixels'));
  const packs = () => readdirSync(join(cache, 'pixels')).length;
  const changes: readonly Partial<SourceConfig>[] = [
    {},
    { size: square(9) },
    { size: { width: 8, height: 9 } },
    { size: { width: 9, height: 8 } },
    { fit: 'cover' },
    { fit: 'crop' },
    { interpolation: 'lanczos' },
    { fields: { a: { from: 'right', as: 'rgb' } } },
    { fields: { a: { from: 'left', as: 'grey' } } },
    { augment: { jitter: square(10) } },
    { fields: { a: labels } },
  ];
  for (const [n, change] of [...changes, {}].entries()) {
    const path = folders[n < changes.length ? 0 : 1];
    const before = packs();
    expect(await read(path, change, 1e8)).toEqual(await read(path, change, 0));
    // Val is read without jitter, as above.
    expect(packs()).toBe(before + (change.augment ? 1 : 2));
  }
  const full = packs();
  await read(folders[0], { augment: { jitter: square(10), flip: 'horizontal' } }, 1e8);
  expect(packs()).toBe(full);
  writeFileSync(join(cache, 'colours.yaml'), '["#ffffff", "#000000"]');
  expect(await read(folders[0], { fields: { a: labels } }, 1e8)).toEqual(
    await read(folders[0], { fields: { a: labels } }, 0),
  );
});

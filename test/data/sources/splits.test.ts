import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deriveSeed } from '../../../src/core/random.js';
import { openSplits } from '../../../src/data/sources/splits.js';
import {
  all,
  makeFolder,
  numbers,
  open,
  saveBytes,
  saveNumbered,
  source,
  take,
} from '../support/fixtures.js';

test('sub-folders are splits, others beside them too; val comes in natural file-name order', async () => {
  const folder = await makeFolder();
  await saveNumbered(join(folder, 'train'), 3);
  await saveNumbered(join(folder, 'val'), 11);
  await saveNumbered(join(folder, 'elsewhere'), 2);
  await saveBytes(join(folder, 'notes/readme.txt'), 'none of the data');
  const { data } = await open(source(folder));
  expect(data.sources['pairs']).toEqual({
    type: 'side-by-side',
    folder,
    counts: { elsewhere: 2, train: 3, val: 11 },
  });
  expect(await data.count('val')).toBe(11);
  const val = await all(data.examples('val'));
  expect(val.flatMap((batch) => numbers(batch))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(val[9]!.names).toEqual({ pairs: ['10.png'] });
  expect((await all(data.examples('val', 4))).flatMap((batch) => numbers(batch))).toEqual([1, 2, 3, 4]);
  expect(await all(data.examples('val', 0))).toEqual([]);
});

test('`from` says which half is which', async () => {
  const folder = await makeFolder();
  await saveNumbered(join(folder, 'train'), 1);
  const swapped = { a: { from: 'right', as: 'rgb' }, b: { from: 'left', as: 'rgb' } } as const;
  const [batch] = await take((await open(source(folder))).data, 1);
  const [turned] = await take((await open(source(folder, { fields: swapped }))).data, 1);
  expect(batch!.fields['a']!.shape).toEqual([1, 8, 8, 3]);
  // Green is 0 in the left halves and 255, that is 1, in the right ones.
  expect(batch!.fields['a']!.data[1]).toBe(-1);
  expect(batch!.fields['b']!.data[1]).toBe(1);
  expect(turned!.fields).toEqual({ a: batch!.fields['b'], b: batch!.fields['a'] });
});

test('a heap without sub-folders is train, and only asking for val is an error', async () => {
  const folder = await makeFolder();
  await saveNumbered(folder, 3);
  const { data } = await open(source(folder));
  expect(data.stepsPerEpoch).toBe(3);
  await expect(data.count('val')).rejects.toThrow(/Source "pairs" has no split "val".*it has train/);
  await expect(all(data.examples('val'))).rejects.toMatchObject({
    remedy:
      'Put images into a sub-folder "val", or divide what is there: `splits: { train: 0.9, val: 0.1 }`.',
  });
});

test('val alone can be measured on, and training on it is an error', async () => {
  const folder = await makeFolder();
  await saveNumbered(join(folder, 'val'), 2);
  await mkdir(join(folder, 'test'));
  await mkdir(join(folder, 'notes'));
  const { data } = await open(source(folder));
  expect(data.sources['pairs']!.counts).toEqual({ test: 0, val: 2 });
  expect(await data.count('val')).toBe(2);
  expect(() => data.stepsPerEpoch).toThrow(/no split "train"/);
});

test('splits may be named folders, linked ones too', async () => {
  const folder = await makeFolder();
  const other = await makeFolder();
  await saveNumbered(join(folder, 'learn'), 2);
  await saveNumbered(other, 4);
  await symlink(other, join(folder, 'judge'));
  const { data } = await open(source(folder, { splits: { train: 'learn', val: 'judge' } }));
  expect(data.sources['pairs']!.counts).toEqual({ train: 2, val: 4 });
  const missing = open(source(folder, { splits: { train: 'lern' } }));
  await expect(missing).rejects.toMatchObject({
    message: 'Source "pairs" has no folder "lern" for split train.',
    remedy: 'There are: judge, learn.',
  });
});

/** Names whose hash is the least, the greatest of all, and the middle. */
const [LEAST, GREATEST, MIDDLE] = ['r6t8cif.png', '314hve.png', '575jafn.png'];

/** By split, which of these names it got. */
async function divide(shares: Readonly<Record<string, number>>): Promise<Readonly<Record<string, string>>> {
  const examples = [LEAST, GREATEST, MIDDLE].map((name) => ({ name, files: [] }));
  const reader = {
    splits: () => Promise.resolve(['train']),
    examples: (split?: string) => Promise.resolve(split === undefined ? examples : []),
    places: () => [],
  };
  const splits = await openSplits('pairs', reader, shares);
  return Object.fromEntries(
    [...splits].map(([split, members]) => [split, members.map(({ name }) => name).join()]),
  );
}

test.each<[Readonly<Record<string, number>>, Readonly<Record<string, string>>]>([
  // A share ends before the hash that it is.
  [
    { a: 0.5, b: 0.5 },
    { a: LEAST, b: `${GREATEST},${MIDDLE}` },
  ],
  [
    { a: 0.5 + 2 ** -32, b: 0.4 },
    { a: `${LEAST},${MIDDLE}`, b: '' },
  ],
  [
    { a: 0, b: 2 ** -32 },
    { a: '', b: LEAST },
  ],
  // By name, whatever their order.
  [
    { val: 0.3, train: 0.7 },
    { train: `${LEAST},${MIDDLE}`, val: GREATEST },
  ],
  // Shares that sum to 1 but for rounding lose none.
  [
    { a: 0.5, b: 0.5 - 9e-10 },
    { a: LEAST, b: `${GREATEST},${MIDDLE}` },
  ],
  [
    { a: 0.5, b: 0.5 - 2e-9 },
    { a: LEAST, b: MIDDLE },
  ],
])('shares %j divide the hashes from 0 to 1', async (shares, expected) => {
  expect([LEAST, GREATEST, MIDDLE].map((name) => deriveSeed('split', name))).toEqual([
    0,
    2 ** 32 - 1,
    2 ** 31,
  ]);
  expect(await divide(shares)).toEqual(expected);
});

test('equal names in two sources get the same split', async () => {
  const folder = await makeFolder();
  await saveNumbered(folder, 12);
  const { data } = await open({
    photos: source(folder, { fields: { x: { from: 'left', as: 'rgb' } }, splits: { train: 0.5, val: 0.5 } }),
    maps: source(folder, { fields: { y: { from: 'left', as: 'rgb' } }, splits: { val: 0.5, train: 0.5 } }),
  });
  const val = await all(data.examples('val'));
  expect(val.length).toBeGreaterThan(2);
  for (const { names } of val) expect(names['photos']).toEqual(names['maps']);
});

test('shares that are no parts of a whole, and folders mixed with shares, are refused', async () => {
  const folder = await makeFolder();
  await saveNumbered(folder, 2);
  await expect(open(source(folder, { splits: { train: 0.9, val: 0.2 } }))).rejects.toThrow(/sum to 1\.1/);
  await expect(divide({ a: 0.5, b: 0.5 + 2e-9 })).rejects.toThrow(/are not parts of a whole/);
  await expect(divide({ a: -0.1, b: 0.5 })).rejects.toThrow(/are not parts of a whole/);
  await expect(open(source(folder, { splits: { train: 'a', val: 0.2 } }))).rejects.toThrow(
    /mix folders and shares/,
  );
});

test('a split that got nothing says so when it is asked for', async () => {
  const folder = await makeFolder();
  await saveNumbered(folder, 2);
  const { data } = await open(source(folder, { splits: { train: 1, val: 0 } }));
  await expect(data.count('val')).rejects.toThrow(/Split "val" of source "pairs" is empty/);
});

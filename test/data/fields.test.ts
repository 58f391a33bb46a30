import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SourceConfig } from '../../src/recipe/recipe.js';
import type { Batch } from '../../src/data/types.js';
import { all, bytes, draw, makeFolder, open, save, source, square, take } from './support/fixtures.js';

const RED = [255, 0, 0] as const;
const BLUE = [0, 0, 255] as const;

/** The one example of a folder with one 8 x 4 pair, each half 4 x 4. */
async function readPair(
  pixel: (x: number, y: number) => readonly number[],
  changes: Partial<SourceConfig>,
): Promise<Batch> {
  const folder = await makeFolder();
  await save(join(folder, 'train/1.png'), draw(8, 4, pixel));
  await save(join(folder, 'val/1.png'), draw(8, 4, pixel));
  const [batch] = await all(
    (await open(source(folder, { size: square(4), ...changes }))).data.examples('val'),
  );
  return batch!;
}

test('rgb is x / 127.5 - 1', async () => {
  const batch = await readPair((x) => [x * 36, 0, 255], {});
  const expected = [0, 36, 72, 108].flatMap((red) => [Math.fround(red / 127.5 - 1), -1, 1]);
  expect(Array.from(batch.fields['a']!.data.subarray(0, 12))).toEqual(expected);
});

test('grey is one channel; a grey stays exactly itself', async () => {
  const batch = await readPair((x, y) => (x < 4 ? Array<number>(3).fill(x * 60 + y) : [...RED]), {
    fields: { a: { from: 'left', as: 'grey' }, b: { from: 'right', as: 'grey' } },
  });
  expect(batch.fields['a']!.shape).toEqual([1, 4, 4, 1]);
  expect(bytes(batch, 'a').slice(0, 8)).toEqual([0, 60, 120, 180, 1, 61, 121, 181]);
  expect(bytes(batch, 'b')[0]).toBe(77);
});

test('rgba keeps alpha, and is opaque where the file has none; rgb lays what is transparent on white', async () => {
  const fields = { a: { from: 'left', as: 'rgba' }, b: { from: 'left', as: 'rgb' } } as const;
  const clear = await readPair(() => [10, 20, 30, 0], { fields });
  expect(clear.fields['a']!.shape).toEqual([1, 4, 4, 4]);
  expect(bytes(clear, 'a')[3]).toBe(0);
  expect(bytes(clear, 'b').slice(0, 3)).toEqual([255, 255, 255]);
  const opaque = await readPair(() => [10, 20, 30], { fields });
  expect(bytes(opaque, 'a').slice(0, 4)).toEqual([10, 20, 30, 255]);
});

test('mask is 0 or 1, never mixed by resizing', async () => {
  const fields = { a: { from: 'left', as: 'mask' } } as const;
  const batch = await readPair((x) => (x < 2 ? [255, 255, 255] : [90, 90, 90]), { fields, size: square(7) });
  expect(batch.fields['a']!.shape).toEqual([1, 7, 7, 1]);
  expect([...new Set(batch.fields['a']!.data)].sort()).toEqual([0, 1]);
});

test('labels are one-hot over the palette, by the nearest colour, and resized by nearest', async () => {
  const fields = { a: { from: 'left', as: 'labels', palette: ['#ff0000', '#00ff00', '#0000ff'] } } as const;
  const batch = await readPair((x) => (x < 2 ? [250, 9, 4] : BLUE), { fields, size: square(8) });
  expect(batch.fields['a']!.shape).toEqual([1, 8, 8, 3]);
  const { data } = batch.fields['a']!;
  const pixels = Array.from({ length: 64 }, (_, i) => Array.from(data.subarray(i * 3, i * 3 + 3)).join(''));
  expect(new Set(pixels)).toEqual(new Set(['100', '001']));
  expect(pixels.slice(0, 8)).toEqual([...Array<string>(4).fill('100'), ...Array<string>(4).fill('001')]);
});

test('labels and masks are cropped and mirrored with the rest', async () => {
  const folder = await makeFolder();
  await save(
    join(folder, '1.png'),
    draw(24, 12, (x, y) => (((x % 12) + y) % 3 === 0 && x % 12 > 5 ? [255, 255, 255] : [0, 0, 0])),
  );
  const fields = {
    a: { from: 'left', as: 'grey' },
    mask: { from: 'right', as: 'mask' },
    labels: { from: 'right', as: 'labels', palette: ['#000000', '#ffffff'] },
  } as const;
  const augment = { jitter: square(12), flip: 'horizontal' } as const;
  const batches = await take((await open(source(folder, { fields, augment }))).data, 20);
  for (const { fields: tensors } of batches) {
    const grey = Array.from(tensors['a']!.data, (value) => (value + 1) / 2);
    expect(Array.from(tensors['mask']!.data)).toEqual(grey);
    expect(Array.from(tensors['labels']!.data)).toEqual(grey.flatMap((value) => [1 - value, value]));
  }
});

test('fill ignores the aspect, cover cuts the longer side, both to size', async () => {
  const folder = await makeFolder();
  // Halves of 24 x 8: red thirds around a blue middle.
  await save(
    join(folder, 'val/1.png'),
    draw(48, 8, (x) => (x % 24 >= 8 && x % 24 < 16 ? BLUE : RED)),
  );
  const read = async (fit: SourceConfig['fit']): Promise<readonly number[]> => {
    const [batch] = await all((await open(source(folder, { fit }))).data.examples('val'));
    expect(batch!.fields['a']!.shape).toEqual([1, 8, 8, 3]);
    return bytes(batch!, 'a').slice(0, 3);
  };
  expect(await read('fill')).toEqual([...RED]);
  expect(await read('cover')).toEqual([...BLUE]);
});

test('crop takes pixels as they are: the centre in val, anywhere in train; too small an image is bad', async () => {
  const folder = await makeFolder();
  for (const split of ['train', 'val']) {
    await save(
      join(folder, `${split}/1.png`),
      draw(40, 12, (x, y) => [x % 20, y, 0]),
    );
  }
  await save(
    join(folder, 'val/2.png'),
    draw(12, 12, () => [0, 0, 0]),
  );
  const { data, warnings } = await open(source(folder, { fit: 'crop' }), { maxBadShare: 0.5 });
  const val = await all(data.examples('val'));
  expect(val.map((batch) => bytes(batch, 'a').slice(0, 2))).toEqual([[6, 2]]);
  expect(warnings).toEqual([expect.stringMatching(/2\.png is 6x12 pixels, too small to crop 8x8 from it/)]);
  const tops = (await take(data, 60)).map((batch) => bytes(batch, 'a')[1]);
  expect([...new Set(tops)].sort()).toEqual([0, 1, 2, 3, 4]);
});

test('size may be a rectangle', async () => {
  const batch = await readPair((x, y) => [x, y, 0], { size: { height: 2, width: 6 } });
  expect(batch.fields['a']!.shape).toEqual([1, 2, 6, 3]);
});

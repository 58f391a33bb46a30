import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toHex } from '../../src/core/colour.js';
import type { Colour, Image } from '../../src/core/image.js';
import { toFieldPixels } from '../../src/data/field.js';
import { nearestColour } from '../../src/data/sources/nearest-colour.js';
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

test('rgba keeps alpha, and is opaque where the file has none; rgb lays what is transparent on white', async () => {
  const fields = { a: { from: 'left', as: 'rgba' }, b: { from: 'left', as: 'rgb' } } as const;
  const clear = await readPair(() => [10, 20, 30, 0], { fields });
  expect(clear.fields['a']!.shape).toEqual([1, 4, 4, 4]);
  expect(bytes(clear, 'a')[3]).toBe(0);
  expect(bytes(clear, 'b').slice(0, 3)).toEqual([255, 255, 255]);
  const opaque = await readPair(() => [10, 20, 30], { fields });
  expect(bytes(opaque, 'a').slice(0, 4)).toEqual([10, 20, 30, 255]);
});

test('grey weighs red, green and blue as BT.601 does; a mask is what is at least half as bright', async () => {
  const values = [0, 255, 127, 128].flatMap((value) => [value, value, value]);
  const data = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, ...values);
  const image: Image = { width: 7, height: 1, channels: 3, data };
  const pixels = (as: 'grey' | 'mask') =>
    toFieldPixels(image, { name: 'a', from: 'a', as, palette: undefined });
  // 0.299, 0.587 and 0.114 of 255.
  expect(pixels('grey')).toEqual({
    ...image,
    channels: 1,
    data: Uint8Array.of(77, 149, 29, 0, 255, 127, 128),
  });
  expect([...pixels('mask').data]).toEqual([0, 1, 0, 0, 1, 0, 1]);
});

test.each(['bilinear', 'bicubic', 'lanczos'] as const)(
  '%s never mixes classes or masks',
  async (interpolation) => {
    // Every blend of the two that are there is a class of its own, so that mixing would show.
    const palette = Array.from({ length: 18 }, (_, i) => toHex([i * 15, 0, 255 - i * 15]));
    const fields = { a: { from: 'left', as: 'labels', palette }, b: { from: 'right', as: 'mask' } } as const;
    const pixel = (x: number) => [RED, BLUE, [255, 255, 255], [90, 90, 90]][x >> 1]!;
    const { a, b } = (await readPair(pixel, { fields, interpolation, size: square(7) })).fields;
    expect(a!.shape).toEqual([1, 7, 7, 18]);
    const numbers = Array.from({ length: 49 }, (_, i) => a!.data.indexOf(1, i * 18) - i * 18);
    expect(a!.data.reduce((sum, value) => sum + value)).toBe(49);
    expect(numbers).toEqual(Array(7).fill([17, 17, 17, 0, 0, 0, 0]).flat());
    expect(b!.shape).toEqual([1, 7, 7, 1]);
    // A blend in the middle would be 172: bright.
    expect([...b!.data]).toEqual(Array(7).fill([1, 1, 1, 0, 0, 0, 0]).flat());
  },
);

test('a colour is of the class whose colour is nearest in RGB, of two as near the first', () => {
  const parse = (text: string) =>
    text.split(' ').map((one) => one.split(',').map(Number) as unknown as Colour);
  const nearest = nearestColour({ colours: parse('0,0,0 10,20,30 30,20,10 20,0,0') });
  const asked = parse('10,20,30 30,20,10 20,20,20 10,0,0 11,0,0 0,11,20 255,0,0');
  // Asked once more it remembers.
  for (let round = 0; round < 2; round++)
    expect(asked.map((colour) => nearest(...colour))).toEqual([1, 2, 1, 0, 3, 1, 2]);
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

test('size may be a rectangle: width across, height down', async () => {
  const size = { height: 2, width: 8 };
  const batch = await readPair((x, y) => [x, y, 0], { size, interpolation: 'nearest' });
  expect(batch.fields['a']!.shape).toEqual([1, 2, 8, 3]);
  // Of two rows the upper comes from row 1, the lower from row 3.
  const row = (y: number) => [0, 0, 1, 1, 2, 2, 3, 3].flatMap((x) => [x, y, 0]);
  expect(bytes(batch, 'a')).toEqual([...row(1), ...row(3)]);
});

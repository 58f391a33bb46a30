import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Colour } from '../../src/core/image.js';
import { readPicture, type PictureOptions } from '../../src/data/picture.js';
import { resizeImage, type ResizeOptions } from '../../src/data/resize.js';
import { spansOf } from '../../src/data/resample/spans.js';
import { draw, makeFolder, save } from './support/fixtures.js';

const signed = (...bytes: readonly number[]): readonly number[] =>
  bytes.map((value) => Math.fround(value / 127.5 - 1));
/** Greys so near each other that a blend is another class. */
const palette = { colours: Array.from({ length: 18 }, (_, i): Colour => [15 * i, 15 * i, 15 * i]) };
const oneHot = (...classes: readonly number[]) =>
  classes.flatMap((number) => palette.colours.map((_, i) => Number(i === number)));

test.each<[PictureOptions['as'], channels: number, row: readonly number[]]>([
  ['rgb', 3, signed(10, 20, 30, 200, 210, 220, 255, 255, 255)],
  ['rgba', 4, signed(10, 20, 30, 255, 200, 210, 220, 255, 255, 255, 255, 255)],
  // (77 * 200 + 150 * 210 + 29 * 220) / 256 = 208.1
  ['grey', 1, signed(18, 208, 255)],
  ['mask', 1, [0, 1, 1]],
  ['labels', 18, oneHot(1, 14, 17)],
])('a picture is fed as its field is trained on: %s', async (as, channels, row) => {
  const options = { as, palette };
  const file = join(await makeFolder(), '1.png');
  const columns = [
    [10, 20, 30],
    [200, 210, 220],
    [255, 255, 255],
  ];
  await save(
    file,
    draw(3, 2, (x) => columns[x]!),
  );
  const own = await readPicture(file, options);
  expect(own.shape).toEqual([1, 2, 3, channels]);
  expect([...own.data]).toEqual([...row, ...row]);
  const { data, shape } = await readPicture(file, { ...options, size: { width: 6, height: 1 } });
  expect(shape).toEqual([1, 1, 6, channels]);
  // Twice as wide: classes and masks are repeated, others blended.
  const third = [...data.subarray(2 * channels, 3 * channels)];
  const second = row.slice(channels, 2 * channels);
  if (as === 'mask' || as === 'labels') expect(third).toEqual(second);
  else expect(third).not.toEqual(second);
});

test.each([
  // Half of it laid on white, all of it, nothing.
  [128, 177],
  [255, 100],
  [0, 255],
])('of alpha %d, 100 becomes %d without alpha', async (alpha, expected) => {
  const image = { width: 1, height: 1, channels: 4, data: Uint8Array.of(100, 100, 100, alpha) } as const;
  const options = { size: undefined, fit: 'fill', interpolation: 'bicubic' } as const;
  const flat = await resizeImage(image, { ...options, alpha: false });
  expect({ ...flat, data: [...flat.data] }).toEqual({
    width: 1,
    height: 1,
    channels: 3,
    data: Array(3).fill(expected),
  });
  expect(await resizeImage(image, { ...options, alpha: true })).toBe(image);
});

test.each<[ResizeOptions['interpolation'], 'nearest' | 'linear' | 'cubic' | 'lanczos3']>([
  ['nearest', 'nearest'],
  ['bilinear', 'linear'],
  ['bicubic', 'cubic'],
  ['lanczos', 'lanczos3'],
])('what has alpha is resized by sharp, by its kernel for %s', async (interpolation, kernel) => {
  const raw = { width: 9, height: 5, channels: 4 } as const;
  const data = Uint8Array.from({ length: 180 }, (_, i) => (i % 4 === 3 ? 255 : (i * i * 31) % 256));
  for (const fit of ['fill', 'cover'] as const) {
    const made = await resizeImage(
      { ...raw, data },
      { size: { width: 4, height: 7 }, fit, interpolation, alpha: true },
    );
    const expected = await sharp(data, { raw }).resize(4, 7, { fit, kernel }).raw().toBuffer();
    expect(made).toEqual({ width: 4, height: 7, channels: 4, data: expected });
  }
});

test.each([
  ['fill', 24, 8, 0, 24, 0, 8],
  ['cover', 24, 8, 8, 8, 0, 8],
  ['cover', 8, 24, 0, 8, 8, 8],
  ['cover', 9, 8, 0.5, 8, 0, 8],
] as const)(
  '%s takes of %d x %d, for a square: across %d + %d, down %d + %d',
  (fit, width, height, ...ends) => {
    const { across, down } = spansOf({ width, height }, { width: 5, height: 5 }, fit);
    expect([across.start, across.length, down.start, down.length]).toEqual(ends);
  },
);

test('for a wide result the middle of the height is taken', () => {
  expect(spansOf({ width: 20, height: 30 }, { width: 10, height: 5 }, 'cover')).toEqual({
    across: { start: 0, length: 20 },
    down: { start: 10, length: 10 },
  });
});

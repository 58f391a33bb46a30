import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Colour } from '../../src/core/image.js';
import { readPicture, type PictureOptions } from '../../src/data/picture.js';
import { spansOf } from '../../src/data/resize/spans.js';
import { resizeImage } from '../../src/data/resize/resize.js';
import { draw, makeFolder, save } from './support/fixtures.js';

const signed = (...bytes: readonly number[]) => bytes.map((value) => Math.fround(value / 127.5 - 1));
/** Greys so near each other that a blend is another class. */
const palette = { colours: Array.from({ length: 18 }, (_, i): Colour => [15 * i, 15 * i, 15 * i]) };
const oneHot = (...classes: readonly number[]) =>
  classes.flatMap((n) => palette.colours.map((_, i) => Number(i === n)));

test.each<[PictureOptions['as'], channels: number, row: readonly number[]]>([
  ['rgb', 3, signed(10, 20, 30, 200, 210, 220, 255, 255, 255)],
  ['rgba', 4, signed(10, 20, 30, 255, 200, 210, 220, 255, 255, 255, 255, 255)],
  // (77 * 200 + 150 * 210 + 29 * 220) / 256 = 208.1
  ['grey', 1, signed(18, 208, 255)],
  ['mask', 1, [0, 1, 1]],
  ['labels', 18, oneHot(1, 14, 17)],
])('a picture is fed as its field is trained on: %s', async (as, channels, row) => {
  const file = join(await makeFolder(), '1.png');
  const pixels = draw(3, 2, (x) => [[10, 20, 30], [200, 210, 220], Array<number>(3).fill(255)][x]!);
  await save(file, pixels);
  const picture = await readPicture(file, { as, palette });
  expect([picture.shape, [...picture.data]]).toEqual([
    [1, 2, 3, channels],
    [...row, ...row],
  ]);
  const { data, shape } = await readPicture(file, { as, palette, size: { width: 6, height: 2 } });
  expect(shape).toEqual([1, 2, 6, channels]);
  // Twice as wide and as high as it was: classes and masks are repeated, others blended.
  const same = row.slice(channels, 2 * channels).join() === data.slice(2 * channels, 3 * channels).join();
  expect(same).toBe(as === 'mask' || as === 'labels');
});

test.each([
  ['nearest', 'nearest', 'fill'],
  ['bilinear', 'linear', 'fill'],
  ['bicubic', 'cubic', 'cover'],
  ['lanczos', 'lanczos3', 'fill'],
] as const)('what has alpha is resized by sharp: %s is its %s', async (interpolation, kernel, fit) => {
  const raw = { width: 9, height: 5, channels: 4 } as const;
  const data = Uint8Array.from({ length: 180 }, (_, i) => (i % 4 === 3 ? 255 : (i * i * 31) % 256));
  const size = { width: 4, height: 7 };
  const made = await resizeImage({ ...raw, data }, { size, fit, interpolation, alpha: true });
  const expected = await sharp(data, { raw }).resize(4, 7, { fit, kernel }).raw().toBuffer();
  expect(made).toEqual({ ...size, channels: 4, data: expected });
});

test('half of what is half transparent is the white below it', async () => {
  const image = { width: 1, height: 1, channels: 4, data: Uint8Array.of(100, 100, 100, 128) } as const;
  const options = { size: undefined, fit: 'fill', interpolation: 'bicubic' } as const;
  expect([...(await resizeImage(image, { ...options, alpha: false })).data]).toEqual([177, 177, 177]);
  expect(await resizeImage(image, { ...options, alpha: true })).toBe(image);
});

test.each([
  ['fill', 24, 8, 5, 0, 24, 0, 8],
  ['cover', 24, 8, 5, 8, 8, 0, 8],
  ['cover', 8, 24, 5, 0, 8, 8, 8],
  ['cover', 9, 8, 5, 0.5, 8, 0, 8],
  ['cover', 20, 30, 10, 0, 20, 10, 10],
] as const)(
  '%s takes of %d x %d, for %d x 5: across %d + %d, down %d + %d',
  (fit, width, height, wide, ...ends) => {
    const { across, down } = spansOf({ width, height }, { width: wide, height: 5 }, fit);
    expect([across.start, across.length, down.start, down.length]).toEqual(ends);
  },
);

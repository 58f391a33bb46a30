import { describe, expect, test } from 'vitest';
import { decodePlainJpeg, sizeOfPlainJpeg } from '../../src/data/jpeg.js';
import { draw } from './support/fixtures.js';

const picture = (width = 61, height = 47) =>
  draw(width, height, (x, y) => [128 + 100 * Math.sin(x / 5), 128 + 90 * Math.cos(y / 7), (x + y) * 2]);

describe('decoded as sharp does, but for rounding', () => {
  test.each([
    ['4:4:4', { chromaSubsampling: '4:4:4' }, 4],
    ['4:2:0', { chromaSubsampling: '4:2:0' }, 8],
    ['progressive', { progressive: true }, 8],
  ])('%s', async (_, options, most) => {
    const bytes = await picture()
      .jpeg({ quality: 90, ...options })
      .toBuffer();
    const image = (await decodePlainJpeg(bytes))!;
    const { default: sharp } = await import('sharp');
    const expected = await sharp(bytes).raw().toBuffer();
    expect(image).toMatchObject({ width: 61, height: 47, channels: 3 });
    const off = Array.from(image.data, (value, i) => Math.abs(value - expected[i]!));
    expect(Math.max(...off)).toBeLessThanOrEqual(most);
    expect(off.reduce((sum, one) => sum + one, 0) / off.length).toBeLessThan(0.5);
  });
});

describe('left to sharp', () => {
  const jpeg = () => picture().jpeg();

  test.each([
    ['no JPEG', () => picture().png().toBuffer()],
    ['grey', () => picture().toColourspace('b-w').jpeg().toBuffer()],
    ['ink', () => picture().toColourspace('cmyk').jpeg().toBuffer()],
    ['turned by EXIF', () => picture().withMetadata({ orientation: 6 }).jpeg().toBuffer()],
    ['with a colour profile', () => picture().withIccProfile('p3').jpeg().toBuffer()],
    ['cut off', async () => (await jpeg().toBuffer()).subarray(0, -100)],
    ['a header alone', async () => (await jpeg().toBuffer()).subarray(0, 20)],
    ['nothing', () => Promise.resolve(Buffer.alloc(0))],
  ])('%s', async (_, make) => {
    expect(sizeOfPlainJpeg(await make())).toBeUndefined();
  });

  test('not: EXIF that says upright', async () => {
    const bytes = await picture()
      .withExif({ IFD0: { Orientation: '1', Copyright: 'me' } })
      .jpeg()
      .toBuffer();
    expect(sizeOfPlainJpeg(bytes)).toEqual({ width: 61, height: 47 });
  });
});

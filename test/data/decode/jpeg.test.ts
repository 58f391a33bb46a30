import { describe, expect, test } from 'vitest';
import { decodePlainJpeg, sizeOfPlainJpeg } from '../../../src/data/decode/jpeg.js';
import { draw } from '../support/fixtures.js';

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

describe('headers byte by byte', () => {
  const short = (value: number): number[] => [value >> 8, value & 255];
  const segment = (marker: number, ...content: readonly number[]) => [
    0xff,
    marker,
    ...short(content.length + 2),
    ...content,
  ];
  /** 300 rows of 515 pixels. */
  const frame = ({ marker = 0xc0, precision = 8, height = 300, components = 3, id = 1 } = {}) =>
    segment(marker, precision, ...short(height), ...short(515), components, id, 0, 0, 2, 0, 0, 3, 0, 0);
  const file = (...parts: readonly number[][]) =>
    Buffer.from([0xff, 0xd8, ...parts.flat(), ...Array<number>(16).fill(0), 0xff, 0xd9]);
  /** A directory of two entries, of which the second is `tag`: each is tag, type, count and value. */
  const exif = (order: 'II' | 'MM', tag: number, value: number) => {
    const two = (n: number) => (order === 'II' ? short(n).reverse() : short(n));
    const four = (n: number) => (order === 'II' ? [...two(n), 0, 0] : [0, 0, ...two(n)]);
    const entry = (name: number, n: number) => [...two(name), ...two(3), ...four(1), ...two(n), 0, 0];
    const text = [...Buffer.from(`Exif\0\0${order}`)];
    return segment(
      0xe1,
      ...text,
      ...two(42),
      ...four(10),
      7,
      7,
      ...two(2),
      ...entry(0x10f, 6),
      ...entry(tag, value),
    );
  };
  const pad = segment(0xe0, 1, 2, 3, 4, 5);
  const SIZE = { width: 515, height: 300 };

  test.each<[string, boolean, Buffer]>([
    ['a frame alone', true, file(frame())],
    ['extended', true, file(frame({ marker: 0xc1 }))],
    ['progressive', true, file(frame({ marker: 0xc2 }))],
    ['lossless', false, file(frame({ marker: 0xc3 }))],
    ['ids from 0', true, file(frame({ id: 0 }))],
    ['ids from 2', false, file(frame({ id: 2 }))],
    ['12 bits', false, file(frame({ precision: 12 }))],
    ['one component', false, file(frame({ components: 1 }))],
    ['four components', false, file(frame({ components: 4 }))],
    ['no height yet', false, file(frame({ height: 0 }))],
    ['JFIF and XMP', true, file(pad, segment(0xe1, ...Buffer.from('http://ns.adobe.com/xap')), frame())],
    ...[0xdb, 0xc4, 0xdd, 0xfe].map((marker): [string, boolean, Buffer] => [
      `after ${marker.toString(16)}`,
      true,
      file(segment(marker, 9, 9), pad, frame()),
    ]),
    ['a colour profile', false, file(segment(0xe2, 1), frame())],
    ['Adobe says how', false, file(segment(0xee, 1), frame())],
    ['no start', false, file(frame()).fill(0, 0, 1)],
    ['no end', false, file(frame()).subarray(0, -1)],
    ['upright, little-endian', true, file(exif('II', 0x112, 1), frame())],
    ['turned, little-endian', false, file(exif('II', 0x112, 6), frame())],
    ['upright, big-endian', true, file(exif('MM', 0x112, 1), frame())],
    ['turned, big-endian', false, file(exif('MM', 0x112, 2), frame())],
    ['another tag', true, file(exif('MM', 0x11a, 6), frame())],
    ['EXIF of no directory', false, file(segment(0xe1, ...Buffer.from('Exif\0\0II*\0\xff\0\0\0')), frame())],
  ])('%s: %j', (_, plain, bytes) => {
    expect(sizeOfPlainJpeg(bytes)).toEqual(plain ? SIZE : undefined);
  });
});

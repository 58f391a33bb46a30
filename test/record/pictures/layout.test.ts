import { expect, test } from 'vitest';
import type { Image } from '../../../src/core/image.js';
import { outline } from '../../../src/core/node/caption.js';
import type { Grid } from '../../../src/record/pictures/grid.js';
import { type GridLayout, layOutGrid } from '../../../src/record/pictures/grid-layout.js';

const image = (width: number, height = width): Image => ({
  width,
  height,
  channels: 1,
  data: new Uint8Array(width * height),
});
const grid = (rows: number, size: number, more: Partial<Grid> = {}): Grid => ({
  columns: ['a'],
  rows: Array.from({ length: rows }, () => ({ images: [image(size)] })),
  ...more,
});

const placesOf = (pictures: GridLayout['pictures']): string[] =>
  pictures.map(({ left, top, scale }) => `${left} ${top} ${scale}`);

test('two columns without title and labels: margins of 20, gaps of 8, room for captions', () => {
  const { width, height, pictures } = layOutGrid({
    columns: ['a', 'b\nc'],
    rows: [{ images: [image(256, 128), image(64, 128)] }],
  });
  expect([width, height]).toEqual([20 + 256 + 8 + 256 + 20, 62 + 256 + 20]);
  // 14 for the first line, 18 for the second, 10 below.
  expect(placesOf(pictures)).toEqual([`20 ${62 + 64} 1`, `${284 + 64} 62 2`]);
});

test('a title stands above the captions, labels right of themselves, a word in its cell', () => {
  const rows = [{ label: 'first', images: [image(256), 'dog'] }, { images: [image(100), image(300)] }];
  const { width, height, pictures, texts } = layOutGrid({ columns: ['a', 'b'], rows, title: 'T' });
  const gutter = Math.ceil(outline('first', 12).width) + 8;
  expect([width, height]).toEqual([40 + gutter + 300 + 8 + 300, 75 + 300 + 8 + 300 + 20]);
  const [x, y, z] = [20 + gutter, 20 + gutter + 308, 75 + 308];
  expect(placesOf(pictures)).toEqual([`${x + 22} ${75 + 22} 1`, `${x + 50} ${z + 50} 2`, `${y} ${z} 1`]);
  const words = ['20 T', `${x} a`, `${y} b`, '20 first', `${y} dog`, '20 '];
  expect(texts.map(({ text, left }) => `${left} ${text}`)).toEqual(words);
  // A long label is cut at 120 pixels.
  const long = [{ label: 'm'.repeat(99), images: [image(256)] }];
  const { left } = layOutGrid(grid(1, 256, { rows: long })).pictures[0]!;
  expect(left).toBeGreaterThan(20 + 8 + 100);
  expect(left).toBeLessThanOrEqual(20 + 8 + 120);
});

test.each([
  // rows, columns, side: groups of rows side by side, rows in each
  [1, 1, 1, 1],
  [2, 1, 2, 1],
  [5, 1, 3, 2],
  [6, 1, 3, 2],
  [16, 1, 4, 4],
  [4, 2, 2, 2],
  [16, 2, 3, 6],
])('%i rows of %i are set in %i groups of %i, one column after the other', (count, columns, groups, rows) => {
  const names = Array.from({ length: columns }, () => 'a');
  const images = names.map(() => image(64));
  const all = Array.from({ length: count }, () => ({ images }));
  const { pictures, width } = layOutGrid({ columns: names, rows: all });
  const alley = columns === 1 ? 8 : 32;
  const group = columns * 264 - 8 + alley;
  expect(width).toBe(40 + groups * group - alley);
  const places = all.flatMap((_, row) => {
    const [left, top] = [20 + Math.floor(row / rows) * group, 44 + (row % rows) * 264];
    return names.map((_name, column) => `${left + column * 264} ${top} 4`);
  });
  expect(placesOf(pictures)).toEqual(places);
});

test.each([
  [32, 64, undefined, 4],
  [33, 64, undefined, 2],
  [1, 64, 64, 1],
  [1, 64, 191, 2],
  [1, 64, 16, 1],
])('%i pictures of %i pixels in cells of %s are enlarged %i-fold', (count, size, cell, scale) => {
  const { pictures } = layOutGrid(grid(count, size, cell === undefined ? {} : { cell }));
  expect(new Set(pictures.map((one) => one.scale))).toEqual(new Set([scale]));
});

test('a text that is cut ends in an ellipsis, without white space before it; where not even one letter fits it is nothing', () => {
  const cut = outline('ab cdefgh', 14, outline('ab …', 14).width + 0.1);
  expect(cut).toEqual(outline('ab…', 14));
  expect(outline('abc', 14, outline('abc', 14).width)).toEqual(outline('abc', 14));
  expect(outline('abc', 14, 1)).toEqual({ path: '', width: 0 });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Image } from '../../src/core/image.js';
import { outline } from '../../src/record/caption.js';
import type { Grid } from '../../src/record/grid.js';
import { renderGrid } from '../../src/record/render-grid.js';
import { layOutGrid } from '../../src/record/grid-layout.js';
import { temporaryFolder } from './temp.js';

const folder = temporaryFolder();

function flat(side: number, value: readonly number[]): Image {
  const channels = value.length as 1 | 3 | 4;
  const data = Uint8Array.from({ length: side * side * channels }, (_, i) => value[i % channels]!);
  return { width: side, height: side, channels, data };
}

const rows = (count: number, columns = 1, side = 64): Grid['rows'] =>
  Array.from({ length: count }, () => ({
    images: Array.from({ length: columns }, () => flat(side, [9, 99, 199])),
  }));

async function pixelsOf(png: Buffer) {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    ...info,
    at: (x: number, y: number) => [...data.subarray((y * info.width + x) * 3).subarray(0, 3)],
  };
}

test('every picture stands under its caption, enlarged by a whole factor to the very pixel', async () => {
  const stripes: Image = { width: 2, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0, 0, 0, 255) };
  const grid: Grid = {
    columns: ['source', 'fake'],
    rows: [{ label: 'a.jpg', images: [stripes, flat(2, [0, 255, 0])] }],
  };
  const { at, width, height } = await pixelsOf(await renderGrid(grid));
  const { pictures, ...size } = layOutGrid(grid);
  expect([width, height]).toEqual([size.width, size.height]);
  const [left, right] = pictures;
  expect([left!.scale, right!.scale]).toEqual([128, 128]);
  expect(at(left!.left, left!.top)).toEqual([255, 0, 0]);
  expect(at(left!.left + 127, left!.top + 127)).toEqual([255, 0, 0]);
  expect(at(left!.left + 128, left!.top)).toEqual([0, 0, 255]);
  expect(at(right!.left + 255, right!.top + 255)).toEqual([0, 255, 0]);
  expect(at(right!.left + 256, right!.top)).toEqual([255, 255, 255]);
});

test('grey is shown grey, and what is transparent shows the paper', async () => {
  const grid: Grid = { columns: ['a', 'b'], rows: [{ images: [flat(4, [100]), flat(4, [0, 0, 0, 51])] }] };
  const { at } = await pixelsOf(await renderGrid(grid));
  const [a, b] = layOutGrid(grid).pictures;
  expect(at(a!.left, a!.top)).toEqual([100, 100, 100]);
  expect(at(b!.left, b!.top)).toEqual([204, 204, 204]);
});

test('what is no picture is a word in the middle of its cell', () => {
  const grid: Grid = { columns: ['y', 'fake'], rows: [{ images: ['dog', flat(4, [9])] }] };
  const { pictures, texts } = layOutGrid(grid);
  const [fake] = pictures;
  expect(pictures).toHaveLength(1);
  const word = texts.find(({ text }) => text === 'dog')!;
  expect(word.align).toBe('centre');
  expect(word.left + word.within).toBeLessThan(fake!.left);
  expect(Math.abs(word.base - fake!.top - 128)).toBeLessThan(8);
});

describe('the layout', () => {
  test.each([
    [32, 8],
    [64, 4],
    [256, 1],
    [300, 1],
    [512, 1],
  ])('enlarges %i pixels %i-fold', (side, scale) => {
    expect(layOutGrid({ columns: ['a'], rows: rows(1, 1, side) }).pictures[0]!.scale).toBe(scale);
  });

  test.each([
    [1, 3],
    [4, 3],
    [5, 1],
    [7, 2],
    [50, 1],
    [64, 1],
  ])('of %i rows of %i has every picture inside and none on another', (count, columns) => {
    const names = Array.from({ length: columns }, (_, i) => `c${i}`);
    const { pictures, width, height } = layOutGrid({ columns: names, rows: rows(count, columns) });
    expect(pictures).toHaveLength(count * columns);
    const spots = new Set(pictures.map(({ left, top }) => `${left},${top}`));
    expect(spots.size).toBe(count * columns);
    for (const { left, top, scale } of pictures) {
      expect(left + 64 * scale).toBeLessThan(width);
      expect(top + 64 * scale).toBeLessThan(height);
    }
  });

  test('sets many rows side by side, to fit a screen', () => {
    const { width, height } = layOutGrid({ columns: ['fake'], rows: rows(64) });
    expect(width / height).toBeGreaterThan(0.8);
    expect(width / height).toBeLessThan(2);
  });
});

test('a row with another number of images than columns is a mistake of ours', async () => {
  await expect(renderGrid({ columns: ['a', 'b'], rows: rows(1) })).rejects.toThrow(/1 images for 2 columns/);
});

describe('captions', () => {
  test('are as wide as they look, and are cut where there is no room', () => {
    expect(outline('iiii', 14).width).toBeLessThan(outline('mmmm', 14).width);
    expect(outline('source', 28).width).toBeCloseTo(2 * outline('source', 14).width, 6);
    const cut = outline('a_very_long_file_name.jpg', 14, 60);
    expect(cut.width).toBeLessThanOrEqual(60);
    expect(cut.path).toContain(outline('a_v', 14).path);
  });

  test.each(['źródło', 'Größe', 'Ελληνικά', 'кириллица'])('%s is written, not boxed', (text) => {
    const box = outline('\u{10FFFF}', 14).path;
    for (const letter of text) expect(outline(letter, 14).path).not.toBe(box);
  });

  test('look the same on a machine without any fonts', async () => {
    const grid = `{ title: 'step 5', columns: ['source'], rows: [{ label: 'é.jpg', images: [${JSON.stringify({ width: 1, height: 1, channels: 1 })}] }] }`;
    const script = `
      const { renderGrid } = await import(${JSON.stringify(new URL('../../dist/src/record/render-grid.js', import.meta.url).href)});
      const grid = ${grid};
      grid.rows[0].images[0].data = Uint8Array.of(0);
      process.stdout.write(await renderGrid(grid));`;
    const empty = join(folder, 'fonts');
    mkdirSync(empty);
    writeFileSync(join(empty, 'fonts.conf'), '<?xml version="1.0"?><fontconfig></fontconfig>');
    const env = { ...process.env, FONTCONFIG_FILE: join(empty, 'fonts.conf'), FONTCONFIG_PATH: empty };
    const bare = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env });
    const image: Image = { width: 1, height: 1, channels: 1, data: Uint8Array.of(0) };
    const here = await renderGrid({
      title: 'step 5',
      columns: ['source'],
      rows: [{ label: 'é.jpg', images: [image] }],
    });
    expect(bare.equals(here)).toBe(true);
    const { at, width } = await pixelsOf(bare);
    const inTitle = Array.from({ length: width }, (_, x) => at(x, 30)[0]!);
    expect(Math.min(...inTitle)).toBeLessThan(128);
  });
});

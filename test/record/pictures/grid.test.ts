import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Image } from '../../../src/core/image.js';
import { outline } from '../../../src/core/node/caption.js';
import type { Grid } from '../../../src/record/pictures/grid.js';
import { renderGrid } from '../../../src/record/pictures/render-grid.js';
import { layOutGrid } from '../../../src/record/pictures/grid-layout.js';
import { temporaryFolder } from '../temp.js';

const folder = temporaryFolder();

function flat(side: number, value: readonly number[]): Image {
  const channels = value.length as 1 | 3 | 4;
  const data = Uint8Array.from({ length: side * side * channels }, (_, i) => value[i % channels]!);
  return { width: side, height: side, channels, data };
}

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

test('a row with another number of images than columns is a mistake of ours', async () => {
  await expect(renderGrid({ columns: ['a', 'b'], rows: [{ images: [flat(64, [9])] }] })).rejects.toThrow(
    /1 images for 2 columns/,
  );
});

describe('captions', () => {
  test('are as wide as they look', () => {
    expect(outline('iiii', 14).width).toBeLessThan(outline('mmmm', 14).width);
    expect(outline('source', 28).width).toBeCloseTo(2 * outline('source', 14).width, 6);
  });

  test.each(['źródło', 'Größe', 'Ελληνικά', 'кириллица'])('%s is written, not boxed', (text) => {
    const box = outline('\u{10FFFF}', 14).path;
    for (const letter of text) expect(outline(letter, 14).path).not.toBe(box);
  });

  test('look the same on a machine without any fonts', async () => {
    const grid = `{ title: 'step 5', columns: ['source'], rows: [{ label: 'é.jpg', images: [${JSON.stringify({ width: 1, height: 1, channels: 1 })}] }] }`;
    const script = `
      const { renderGrid } = await import(${JSON.stringify(new URL('../../../dist/src/record/pictures/render-grid.js', import.meta.url).href)});
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

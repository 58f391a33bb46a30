import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toHex } from '../../../src/core/colour.js';
import type { Palette } from '../../../src/core/image.js';
import { choosePalette, type PaletteRequest } from '../../../src/data/sources/choose-palette.js';
import { paletteOf as parsePalette } from '../../../src/data/sources/palette.js';
import type { SourceConfig } from '../../../src/recipe/recipe.js';
import { BadExample } from '../../../src/registry/index.js';
import { draw, makeFolder, open, save, saveBytes, source, square } from '../support/fixtures.js';

const COLOURS = [
  [230, 60, 60],
  [128, 128, 128],
  [255, 255, 255],
  [0, 128, 255],
] as const;

/** Photographs, and maps of four colours in big patches, as JPEG. */
async function saveMaps(folder: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const pair = draw(128, 64, (x, y) =>
      x < 64
        ? [(x * 37 + y * 91) % 256, (x * y * 7) % 256, (x * 13 + n * 50) % 256]
        : COLOURS[(Math.floor((x - 64) / 16) + (y > 40 ? 1 : 0) + (n % 2)) % 4]!,
    );
    await save(join(folder, `${n}.jpg`), pair.jpeg({ quality: 90 }));
  }
}

async function paletteOf(
  path: string,
  palette: string | readonly string[],
  changes: Partial<SourceConfig> = {},
  recipeFolder = '/nowhere',
): Promise<Palette> {
  const fields = { b: { from: 'right', as: 'rgb', palette } } as const;
  const { data } = await open(source(path, { fields, ...changes }), { recipeFolder });
  return data.palettes['b']!;
}

test('auto finds the flat colours of JPEG maps, the commonest first, and the same each time', async () => {
  const folder = await makeFolder();
  await saveMaps(folder, 6);
  const { colours } = await paletteOf(folder, 'auto');
  expect(colours).toHaveLength(4);
  for (const colour of COLOURS) {
    const near = colours.filter((found) => found.every((value, c) => Math.abs(value - colour[c]!) <= 2));
    expect(near).toHaveLength(1);
  }
  expect(await paletteOf(folder, 'auto')).toEqual({ colours });
});

test('a file is beside the recipe; a list stands for itself; labels look for theirs', async () => {
  const folder = await makeFolder();
  await saveMaps(join(folder, 'maps'), 2);
  await saveBytes(join(folder, 'mine.yaml'), '["#000000", "#ffffff"]');
  const path = join(folder, 'maps');
  const blackAndWhite = {
    colours: [
      [0, 0, 0],
      [255, 255, 255],
    ],
  };
  expect(await paletteOf(path, './mine.yaml', {}, folder)).toEqual(blackAndWhite);
  expect(await paletteOf(path, ['#000000', '#ffffff'])).toEqual(blackAndWhite);
  const { data } = await open(source(path, { fields: { b: { from: 'right', as: 'labels' } } }));
  expect(data.palettes['b']!.colours).toHaveLength(4);
  expect((await open(source(path))).data.palettes).toEqual({});
});

test('what is no palette: an unquoted #, a misspelt colour, a single one, no file', async () => {
  const folder = await makeFolder();
  await saveMaps(join(folder, 'maps'), 1);
  const path = join(folder, 'maps');
  await saveBytes(join(folder, 'comment.yaml'), 'road: #ffffff\nwater: "#0000ff"\n');
  await expect(paletteOf(path, './comment.yaml', {}, folder)).rejects.toMatchObject({
    remedy: 'In YAML an unquoted # starts a comment: write "#rrggbb" in quotes.',
  });
  await saveBytes(join(folder, 'text.yaml'), 'just words');
  await expect(paletteOf(path, './text.yaml', {}, folder)).rejects.toThrow(/neither a list/);
  await expect(paletteOf(path, './none.yaml', {}, folder)).rejects.toThrow(/cannot be read: ENOENT/);
});

test('a palette has 2 to 256 colours, of six hexadecimal digits each', () => {
  const colours = Array.from({ length: 257 }, (_, i) => toHex([i & 255, 7, 255 - (i >> 1)]));
  const parse = (...texts: readonly unknown[]) => parsePalette(texts, 'x');
  expect(parse('#0A0b0c', '#ff0080')).toEqual({
    colours: [
      [10, 11, 12],
      [255, 0, 128],
    ],
  });
  expect(parse(...colours.slice(0, 256)).colours).toHaveLength(256);
  expect(() => parse(...colours)).toThrow('x has 257 colours; a palette has 2 to 256.');
  expect(() => parse()).toThrow('x has 0 colours');
  for (const text of ['#12345', '#1234567', '123456', ' #123456', '#12345g', 123456])
    expect(() => parse('#000000', text)).toThrow(`${JSON.stringify(text)} in x is no colour.`);
});

test('auto: a file beside the data, else what its type knows, else what train shows, but for what cannot be read', async () => {
  const folder = await makeFolder();
  const known = parsePalette(['#010101', '#020202'], 'x');
  const train = Array.from({ length: 400 }, (_, i) => ({ name: `${i}`, files: [] }));
  const read: string[] = [];
  const ask = (changes: Partial<PaletteRequest>, palette?: (from: string) => Palette | undefined) =>
    choosePalette('auto', {
      ...{ field: 'b', from: 'right', folder: undefined, train, size: square(8) },
      folders: { recipeFolder: folder, dataFolder: folder },
      reader: {
        splits: () => Promise.resolve([]),
        examples: () => Promise.resolve(train),
        read: ({ name }, [from], size) => {
          read.push(name);
          if (name === '2') return Promise.reject(new BadExample(name, 'is odd'));
          if (name === '4' && from === 'left') return Promise.reject(new Error('a bug'));
          const data = new Uint8Array(size.width * size.height * 3).fill(read.length % 3 ? 100 : 200);
          return Promise.resolve([{ ...size, channels: 3, data }]);
        },
        ...(palette ? { palette } : {}),
      },
      ...changes,
    });
  const knows = (from: string) => (from === 'right' ? known : undefined);
  expect(await ask({ folder }, knows)).toBe(known);
  expect(read).toEqual([]);
  const found = {
    colours: [
      [100, 100, 100],
      [200, 200, 200],
    ],
  };
  expect(await ask({})).toEqual(found);
  // Two hundred of the four hundred, evenly.
  expect(read.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => 2 * i));
  await expect(ask({ from: 'left' }, knows)).rejects.toThrow('a bug');
  await expect(ask({ train: train.slice(2, 3) })).rejects.toThrow('not made of a few flat colours');
  await saveBytes(join(folder, 'palette.yaml'), 'road: "#0301ff"\nwater: "#0080FF"\n');
  const colours = [
    [3, 1, 255],
    [0, 128, 255],
  ];
  expect(await ask({ folder }, knows)).toEqual({ colours, names: ['road', 'water'] });
});

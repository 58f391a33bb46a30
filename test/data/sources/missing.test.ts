import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { resolvePath } from '../../../src/data/sources/paths.js';
import type { SourceConfig } from '../../../src/recipe/recipe.js';
import { makeFolder, open, saveNumbered, source, square } from '../support/fixtures.js';

test('./x is beside the recipe, a bare name in the data folder, absolute stays', () => {
  const folders = { recipeFolder: '/r', dataFolder: '/d' };
  expect(resolvePath('./x', folders)).toBe('/r/x');
  expect(resolvePath('../x', folders)).toBe('/x');
  expect(resolvePath('..', folders)).toBe('/');
  expect(resolvePath('x/y', folders)).toBe('/d/x/y');
  expect(resolvePath('.hidden', folders)).toBe('/d/.hidden');
  expect(resolvePath('/x', folders)).toBe('/x');
});

test('data that is not there: where it was looked for, and every way to get it', async () => {
  const dataFolder = await makeFolder();
  const error = await open(source('maps'), { dataFolder }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    name: 'UserError',
    message: `The data of source "pairs" is not there: no folder ${join(dataFolder, 'maps')}.`,
  });
  const { remedy } = error as { remedy: string };
  expect(remedy).toContain(`data folder (${dataFolder})`);
  expect(remedy).toContain('--data PATH');
  expect(remedy).toContain('--data synthetic');
  expect(remedy).toContain('maps.tar.gz');
  await expect(open(source('./other'), { recipeFolder: dataFolder })).rejects.toThrow(
    join(dataFolder, 'other'),
  );
});

test('an empty folder, also with empty splits', async () => {
  const folder = await makeFolder();
  await expect(open(source(folder))).rejects.toThrow(`is empty: no file below ${folder}`);
  await mkdir(join(folder, 'train'));
  await expect(open(source(folder))).rejects.toThrow(`is empty: no file below ${folder}`);
});

const [LOW, WIDE] = [
  { width: 4, height: 8 },
  { width: 9, height: 7 },
];

test.each<[string, { readonly [Key in keyof SourceConfig]?: unknown }, string]>([
  ['no path', { path: undefined }, 'Source "pairs" has no path, and side-by-side reads files.'],
  ['a file', { path: fileURLToPath(import.meta.url) }, 'missing.test.ts is a file, not a folder'],
  ['a low jitter', { size: LOW, augment: { jitter: WIDE } }, 'jitter 9x7, too small to crop 4x8'],
  ['a narrow jitter', { size: WIDE, augment: { jitter: { width: 8, height: 9 } } }, 'too small to crop 9x7'],
  ['jitter and crop', { fit: 'crop', augment: { jitter: square(9) } }, 'both `fit: crop` and `jitter`'],
  ['no such field', { fields: { a: { from: 'x', as: 'rgb' } } }, '"x", which side-by-side does not have'],
])('what a source cannot be: %s', async (_, changes, message) => {
  const folder = await makeFolder();
  await saveNumbered(folder, 1);
  await open(source(folder, { augment: { jitter: square(8), flip: 'none' } }));
  const config = { ...source(folder), ...changes } as SourceConfig;
  await expect(open({ pairs: config })).rejects.toThrow(message);
});

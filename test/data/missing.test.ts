import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolvePath } from '../../src/data/paths.js';
import { makeFolder, open, saveBytes, saveNumbered, source } from './support/fixtures.js';

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

test('a file where a folder should be', async () => {
  const folder = await makeFolder();
  await saveBytes(join(folder, 'x.zip'), '');
  await expect(open(source(join(folder, 'x.zip')))).rejects.toThrow(/x\.zip is a file, not a folder/);
});

test('an empty folder, also with empty splits', async () => {
  const folder = await makeFolder();
  await expect(open(source(folder))).rejects.toThrow(`is empty: no file below ${folder}`);
  await mkdir(join(folder, 'train'));
  await expect(open(source(folder))).rejects.toThrow(`is empty: no file below ${folder}`);
});

test('a folder of other files: how many, of which kinds, and which kinds are images', async () => {
  const folder = await makeFolder();
  await saveBytes(join(folder, 'train/1.psd'), '');
  await saveBytes(join(folder, 'train/2.mat'), '');
  await expect(open(source(folder))).rejects.toMatchObject({
    message: `The data of source "pairs" has no images: 2 files (.mat, .psd) below ${folder}.`,
    remedy: 'Images are .jpg, .jpeg, .png, .webp, .avif, .tif, .tiff, .gif.',
  });
});

test('a source of files without a path', async () => {
  const { path: _path, ...config } = source('x');
  await expect(open({ pairs: config })).rejects.toMatchObject({
    message: 'Source "pairs" has no path, and side-by-side reads files.',
    exitCode: 2,
  });
});

test('sizes that contradict each other', async () => {
  const folder = await makeFolder();
  await saveNumbered(folder, 1);
  const jitter = { width: 9, height: 7 };
  await expect(open(source(folder, { augment: { jitter } }))).rejects.toThrow(
    /jitter 9x7, too small to crop 8x8/,
  );
  const both = source(folder, { fit: 'crop', augment: { jitter: { width: 9, height: 9 } } });
  await expect(open(both)).rejects.toThrow(/both `fit: crop` and `jitter`/);
});

test('a field from what the type does not have', async () => {
  const folder = await makeFolder();
  await saveNumbered(folder, 1);
  const fields = { a: { from: 'photos', as: 'rgb' } } as const;
  await expect(open(source(folder, { fields }))).rejects.toMatchObject({
    message: 'Field "a" is from "photos", which side-by-side does not have.',
    remedy: 'Choices: left, right.',
  });
});

import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeImage, probeImage } from '../../../src/data/decode/images.js';
import { byName, listFolders, listImages, noImages } from '../../../src/data/sources/listing.js';
import { draw, makeFolder, save, saveBytes } from '../support/fixtures.js';

const ORANGE = [200, 100, 50] as const;
const orange = (): Sharp => draw(12, 8, () => ORANGE);

describe('every format decodes to sRGB', () => {
  const cases: readonly [file: string, image: Sharp, expected: readonly number[], tolerance: number][] = [
    ['photo.jpg', orange().jpeg(), ORANGE, 2],
    ['upper.JPEG', orange().jpeg(), ORANGE, 2],
    ['plain.png', orange().png(), ORANGE, 0],
    ['indexed.png', orange().png({ palette: true }), ORANGE, 2],
    ['modern.webp', orange().webp({ lossless: true }), ORANGE, 0],
    ['new.avif', orange().avif({ quality: 90 }), ORANGE, 4],
    ['scan.tiff', orange().tiff(), ORANGE, 2],
    ['deep.png', orange().toColourspace('rgb16').png(), ORANGE, 0],
    ['grey.png', draw(12, 8, () => [90]).png(), [90, 90, 90], 0],
    [
      'deep-grey.png',
      draw(12, 8, () => [90])
        .toColourspace('grey16')
        .png(),
      [90, 90, 90],
      1,
    ],
    ['alpha.png', draw(12, 8, () => [...ORANGE, 128]).png(), [...ORANGE, 128], 0],
    // Ink has no exact red of this kind; what counts is that it is no negative and no four-channel noise.
    ['print.jpg', orange().toColourspace('cmyk').jpeg({ quality: 100 }), ORANGE, 40],
  ];
  test.each(cases)('%s', async (file, image, expected, tolerance) => {
    const path = join(await makeFolder(), file);
    await save(path, image);
    const { width, height, channels, data } = await decodeImage(path);
    expect({ width, height, channels }).toEqual({ width: 12, height: 8, channels: expected.length });
    expected.forEach((value, i) => {
      expect(Math.abs(data[i]! - value)).toBeLessThanOrEqual(tolerance);
    });
    expect(await probeImage(path)).toEqual({ width: 12, height: 8 });
  });
});

test('a photograph is turned upright as its EXIF says, by header and by pixels', async () => {
  const path = join(await makeFolder(), 'turned.jpg');
  // The camera was turned: stored 16 x 8 with black at the left, to be shown 8 x 16 with black at the top.
  const stored = draw(16, 8, (x) => (x < 8 ? [0, 0, 0] : [255, 255, 255]));
  await save(path, stored.withMetadata({ orientation: 6 }).jpeg());
  const { width, height, data } = await decodeImage(path);
  expect({ width, height }).toEqual({ width: 8, height: 16 });
  expect(await probeImage(path)).toEqual({ width: 8, height: 16 });
  expect(data[0]).toBeLessThan(10);
  expect(data.at(-1)).toBeGreaterThan(245);
});

test('images are listed in natural order, without hidden files and other extensions', async () => {
  const folder = await makeFolder();
  for (const name of ['10.jpg', '2.jpg', 'sub/1.PNG', '.hidden.jpg', '._2.jpg', 'notes.txt', '.git/3.jpg']) {
    await saveBytes(join(folder, name), '');
  }
  expect(await listImages(folder)).toEqual(['2.jpg', '10.jpg', 'sub/1.PNG']);
  expect(await listImages(join(folder, 'none'))).toEqual([]);
});

test('names have one order, folders linked to are folders, and what is no image is counted by its kind', async () => {
  const folder = await makeFolder();
  expect(['b', 'a10', 'A2', 'a2', 'a02'].sort(byName)).toEqual(['a02', 'a2', 'A2', 'a10', 'b']);
  for (const file of ['b10/x', 'b2/x', '.git/x', 'c']) await saveBytes(join(folder, file), '');
  await symlink(join(folder, 'b2'), join(folder, 'a'));
  await symlink(join(folder, 'c'), join(folder, 'd'));
  await symlink(join(folder, 'gone'), join(folder, 'e'));
  expect(await listFolders(folder)).toEqual(['a', 'b2', 'b10']);
  expect(await listFolders(join(folder, 'none'))).toEqual([]);
  await expect(listFolders(join(folder, 'c'))).rejects.toThrow('ENOTDIR');
  const kinds = await makeFolder();
  await saveBytes(join(kinds, 'f'), '');
  expect((await noImages('a', kinds)).message).toContain(`1 file (no extension) below`);
  for (const kind of ['.e', '.d', '.b', '.c', '.a', '.b'])
    await saveBytes(join(kinds, `1${kind}${kind}`), '');
  expect((await noImages('a', kinds)).message).toContain('6 files (.a, .b, .c, .d, .e) below');
});

test('of 16 bits the upper eight count; grey with alpha has four channels', async () => {
  const folder = await makeFolder();
  const deep = Uint16Array.of(0, 0x12ff, 0x8000, 0xffff, 0x0100, 0x00ff);
  await save(
    join(folder, 'deep.png'),
    sharp(deep, { raw: { width: 2, height: 1, channels: 3 } }).toColourspace('rgb16'),
  );
  expect([...(await decodeImage(join(folder, 'deep.png'))).data]).toEqual([0, 0x12, 0x80, 0xff, 1, 0]);
  const data = Uint8Array.of(10, 20, 30, 255);
  await save(join(folder, 'grey.png'), sharp(data, { raw: { width: 2, height: 1, channels: 2 } }));
  const grey = await decodeImage(join(folder, 'grey.png'));
  expect({ ...grey, data: [...grey.data] }).toEqual({
    width: 2,
    height: 1,
    channels: 4,
    data: [10, 10, 10, 20, 30, 30, 30, 255],
  });
});

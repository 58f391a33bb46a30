import { join } from 'node:path';
import type { Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeImage, probeImage } from '../../src/data/images.js';
import { listImages } from '../../src/data/listing.js';
import { draw, makeFolder, save, saveBytes } from './support/fixtures.js';

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

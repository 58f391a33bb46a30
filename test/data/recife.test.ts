import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { open, source, square, take } from './support/fixtures.js';

/** Real aerial photographs with maps, where this machine has them; no part of the project. */
const RECIFE = resolve(fileURLToPath(import.meta.url), '../../../../shared/datasets/recife');

describe.skipIf(!existsSync(RECIFE))('six hundred real pairs', () => {
  const config = source(RECIFE, {
    fields: { a: { from: 'left', as: 'rgb' }, b: { from: 'right', as: 'rgb', palette: 'auto' } },
    size: square(64),
    augment: { jitter: square(72), flip: 'horizontal' },
  });

  test('open, with the nine colours of their maps found in JPEG', async () => {
    const { data, warnings } = await open(config);
    expect(warnings).toEqual([]);
    expect(data.sources['pairs']!.counts).toEqual({ elsewhere: 89, train: 598, val: 67 });
    const expected = [
      [255, 0, 0],
      [128, 128, 128],
      [0, 255, 0],
      [255, 255, 0],
      [0, 128, 255],
      [255, 255, 255],
      [0, 255, 255],
      [0, 0, 255],
      [255, 0, 128],
    ];
    const { colours } = data.palettes['b']!;
    expect(colours).toHaveLength(expected.length);
    for (const colour of expected) {
      const near = colours.filter((found) => found.every((value, c) => Math.abs(value - colour[c]!) <= 2));
      expect(near, colour.join()).toHaveLength(1);
    }
  });

  test('train in batches', async () => {
    const { data } = await open(config, { batch: 4 });
    const batches = await take(data, 5);
    expect(batches.map((batch) => batch.fields['b']!.shape)).toEqual(Array(5).fill([4, 64, 64, 3]));
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DecoderPool } from '../../src/data/decode/pool.js';
import type { OpenDataOptions } from '../../src/data/open.js';
import type { SourceConfig } from '../../src/recipe/recipe.js';
import { all, draw, makeFolder, open, save, saveBytes, source, square, take } from './support/fixtures.js';

/** Noise, so that no two pictures are alike. */
const picture = (seed: number, width = 64, height = 32) =>
  draw(width, height, (x, y) => [(x * seed * 7) % 256, (y * 31 + seed) % 256, (x * y + seed * 50) % 256]);

/** Plain JPEGs among what is none: seven good files. */
async function mixedFolder(): Promise<string> {
  const folder = await makeFolder();
  for (let n = 1; n <= 4; n++) await save(join(folder, `${n}.jpg`), picture(n).jpeg());
  await save(join(folder, '5.png'), picture(5));
  await save(join(folder, '6.jpg'), picture(6, 32, 64).withMetadata({ orientation: 6 }).jpeg());
  // Named as what it is not.
  await writeFile(join(folder, '7.jpg'), await picture(7).png().toBuffer());
  return folder;
}

/** What one thread alone reads, and what it reads with two that decode. */
async function both(config: SourceConfig, changes: Partial<OpenDataOptions> = {}) {
  const results = [];
  for (const decoders of [0, 2]) {
    const { data, warnings } = await open(config, { cacheBytes: 0, ...changes, decoders });
    const batches = [...(await take(data, 12)), ...(await all(data.examples('train')))];
    results.push({ batches, warnings, skipped: data.skipped });
  }
  return results as [alone: (typeof results)[0], helped: (typeof results)[0]];
}

test.each<[string, Partial<SourceConfig>]>([
  ['resized', {}],
  [
    'enlarged, cropped and mirrored',
    { size: square(40), augment: { jitter: square(44), flip: 'horizontal' } },
  ],
  ['covering', { fit: 'cover', size: { width: 9, height: 17 } }],
  ['cropped from their own size', { fit: 'crop', interpolation: 'lanczos' }],
  [
    'in other fields',
    {
      fields: {
        grey: { from: 'right', as: 'grey' },
        labels: { from: 'left', as: 'labels', palette: ['#000000', '#ff0000', '#00ff80'] },
        alpha: { from: 'right', as: 'rgba' },
      },
    },
  ],
])('threads that decode give the same batches in the same order: %s', async (_, changes) => {
  const [alone, helped] = await both(source(await mixedFolder(), changes), { batch: 2 });
  expect(helped).toEqual(alone);
  expect(helped.skipped).toEqual([]);
});

test('an example of several files is put together again', async () => {
  const folder = await makeFolder();
  for (let n = 1; n <= 4; n++) {
    await save(join(folder, 'photos', `${n}.jpg`), picture(n).jpeg());
    await save(join(folder, 'maps', `${n}.${n % 2 ? 'jpg' : 'png'}`), picture(n + 10));
  }
  const fields = { a: { from: 'photos', as: 'rgb' }, b: { from: 'maps', as: 'rgb' } } as const;
  const [alone, helped] = await both(source(folder, { type: 'paired-folders', fields }));
  expect(helped).toEqual(alone);
});

test('what is wrong with a file is told with its name', async () => {
  const folder = await mixedFolder();
  const bytes = await picture(8).jpeg().toBuffer();
  await saveBytes(join(folder, '8.jpg'), bytes.subarray(0, bytes.length / 2));
  const [alone, helped] = await both(source(folder), { maxBadShare: 0.5 });
  expect(helped.batches).toEqual(alone.batches);
  const reason = expect.stringMatching(/cannot be decoded/) as string;
  expect(helped.skipped).toEqual([{ source: 'pairs', file: join(folder, '8.jpg'), reason }]);
});

test('what is too small to be cropped is told, too', async () => {
  const folder = await mixedFolder();
  await save(join(folder, '8.jpg'), picture(8, 16, 6).jpeg());
  const [alone, helped] = await both(source(folder, { fit: 'crop' }), { maxBadShare: 0.5 });
  expect(helped).toEqual(alone);
  expect(helped.skipped).toMatchObject([
    { reason: expect.stringContaining('8x6 pixels, too small to crop 8x8') as string },
  ]);
});

test('more files than threads have places wait for their turn, and the threads end when closed', async () => {
  const folder = await makeFolder();
  await save(join(folder, '1.jpg'), picture(1).jpeg());
  const pool = new DecoderPool(1);
  const job = {
    file: join(folder, '1.jpg'),
    cuts: [{ field: { name: 'a', from: 'image', as: 'rgb', palette: undefined } }],
    size: square(8),
    fitting: { fit: 'fill', interpolation: 'bicubic' },
  } as const;
  const made = await Promise.all(Array.from({ length: 9 }, () => pool.decode(job)));
  expect(made).toHaveLength(9);
  for (const pixels of made) expect(pixels).toEqual(made[0]);
  expect(made[0]).toMatchObject([{ width: 8, height: 8, channels: 3 }]);
  expect(await pool.decode({ ...job, file: join(folder, 'gone.jpg') })).toBeUndefined();
  await pool.close();
});

test('without threads everything is left to whoever asks', async () => {
  const pool = new DecoderPool(0);
  const fitting = { fit: 'fill', interpolation: 'bicubic' } as const;
  expect(await pool.decode({ file: '1.jpg', cuts: [], size: square(8), fitting })).toBeUndefined();
});

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Random } from '../../src/core/random.js';
import { CENTRE, drawAugmentation, windowOf } from '../../src/data/augment.js';
import type { Batch } from '../../src/data/types.js';
import { bytes, draw, makeFolder, open, save, source, square, take } from './support/fixtures.js';

const SIDE = 20;
const SIZE = 16;

/** Pairs whose pixels say where they are: red the column, green the row, in both halves. */
async function savePlaces(folder: string, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) {
    await save(
      join(folder, `${n}.png`),
      draw(2 * SIDE, SIDE, (x, y) => [x % SIDE, y, n]),
    );
  }
}

/** Where the first pixel of an example came from, and in which direction its row runs. */
function placeOf(batch: Batch, field: string): { left: number; top: number; mirror: boolean } {
  const values = bytes(batch, field);
  const [first, last] = [values[0]!, values[(SIZE - 1) * 3]!];
  return { left: Math.min(first, last), top: values[1]!, mirror: last < first };
}

test('both fields get the same crop and mirror, pixel by pixel; every offset and both mirrors come up', async () => {
  const folder = await makeFolder();
  await savePlaces(folder, 4);
  const augment = { jitter: square(SIDE), flip: 'horizontal' } as const;
  const config = source(folder, { size: square(SIZE), augment });
  const batches = await take((await open(config, { seed: 5 })).data, 200);
  const places = batches.map((batch, i) => {
    const [a, b] = [bytes(batch, 'a'), bytes(batch, 'b')];
    expect(a.join()).toBe(b.join());
    const place = placeOf(batch, 'a');
    const drawn = drawAugmentation(5, 'pairs', { pass: Math.floor(i / 4), position: i % 4, index: 0 }, true);
    expect(windowOf(square(SIDE), square(SIZE), drawn)).toEqual({ ...square(SIZE), ...place });
    const expected = Array.from({ length: SIZE * SIZE }, (_, i) => {
      const x = i % SIZE;
      return [place.left + (place.mirror ? SIZE - 1 - x : x), place.top + Math.floor(i / SIZE)];
    });
    expect(expected.map((_, i) => a.slice(i * 3, i * 3 + 2)).join(' ')).toBe(expected.join(' '));
    return place;
  });
  // Nothing is mirrored unasked.
  const plain = await take(
    (await open({ ...config, augment: { jitter: square(SIDE), flip: 'none' } })).data,
    20,
  );
  expect(plain.filter((batch) => placeOf(batch, 'a').mirror)).toEqual([]);
  const room = [0, 1, 2, 3, 4];
  expect([...new Set(places.map(({ left }) => left))].sort()).toEqual(room);
  expect([...new Set(places.map(({ top }) => top))].sort()).toEqual(room);
  const mirrored = places.filter(({ mirror }) => mirror).length;
  expect(mirrored).toBeGreaterThan(60);
  expect(mirrored).toBeLessThan(140);
});

test.each<[share: number, top: number, left: number]>([
  [0, 0, 0],
  // Down there are 3 offsets, across 5: each as likely.
  [0.332, 0, 1],
  [0.334, 1, 1],
  [0.5, 1, 2],
  [0.6, 1, 3],
  [0.799, 2, 3],
  [0.8, 2, 4],
  [1, 2, 4],
])('a draw of %d lies at row %d and column %d', (share, top, left) => {
  const draw = { down: share, across: share, mirror: true };
  const size = { height: 6, width: 5 };
  expect(windowOf({ height: 8, width: 9 }, size, draw)).toEqual({ ...size, top, left, mirror: true });
});

test('val is cropped in the middle, of an odd remainder below and right of it', () => {
  const window = windowOf({ height: 11, width: 12 }, square(8), CENTRE);
  expect(window).toEqual({ ...square(8), top: 2, left: 2, mirror: false });
  expect(windowOf(square(9), square(8), CENTRE)).toMatchObject({ top: 1, left: 1 });
});

test('a draw derives from the seed, its purpose, the source, the pass and the position alone', () => {
  const at = (...[seed, source, pass, position, flip = true]: [number, string, number, number, boolean?]) =>
    drawAugmentation(seed, source, { pass, position, index: 9 }, flip);
  const random = new Random(3, 'augment', 'b', 7, 5);
  const [down, across, turn] = [random.uniform(), random.uniform(), random.uniform()];
  expect(at(3, 'b', 7, 5)).toEqual({ down, across, mirror: turn < 0.5 });
  const draws = [at(1, 'a', 0, 0), at(2, 'a', 0, 0), at(1, 'b', 0, 0), at(1, 'a', 1, 0), at(1, 'a', 0, 1)];
  expect(new Set(draws.map((draw) => draw.down)).size).toBe(5);
  expect(Array.from({ length: 20 }, (_, i) => at(1, 'a', 0, i, false).mirror)).not.toContain(true);
});

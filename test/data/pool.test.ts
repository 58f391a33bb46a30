import fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { forEachLimited, spread } from '../../src/data/pool.js';

test('all are worked on, each once, at most so many at a time', async () => {
  for (const [count, width, most] of [
    [10, 3, 3],
    [2, 3, 2],
    [3, 3, 3],
    [0, 3, 0],
  ] as const) {
    let [busy, busiest] = [0, 0];
    const done: number[] = [];
    await forEachLimited([...Array(count).keys()], width, async (item) => {
      busiest = Math.max(busiest, ++busy);
      await setImmediate();
      busy--;
      done.push(item);
    });
    expect(done).toEqual([...Array(count).keys()]);
    expect(busiest).toBe(most);
  }
});

test('what is picked is spread evenly from the first on', () => {
  const items = [...'abcdefghij'];
  expect(spread(items, 4).join('')).toBe('acfh');
  expect(spread(items, 3).join('')).toBe('adg');
  expect([10, 11].map((count) => spread(items, count))).toEqual([items, items]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (length, count) => {
      expect(new Set(spread([...Array(length).keys()], count)).size).toBe(Math.min(length, count));
    }),
  );
});

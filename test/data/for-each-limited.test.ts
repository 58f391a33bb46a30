import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { forEachLimited, spread } from '../../src/data/for-each-limited.js';

test.each([
  [10, 3],
  [2, 2],
  [0, 0],
])('%d are worked on, each once, at most three at a time', async (count, most) => {
  let [busy, busiest] = [0, 0];
  const items = Array.from({ length: count }, (_, i) => i);
  const done: number[] = [];
  await forEachLimited(items, 3, async (item) => {
    busiest = Math.max(busiest, ++busy);
    await setImmediate();
    busy--;
    done.push(item);
  });
  expect([done, busiest]).toEqual([items, most]);
});

test('what is picked is spread evenly from the first on', () => {
  const picked = [3, 4, 9, 10, 11].map((count) => spread('abcdefghij'.split(''), count).join(''));
  expect(picked).toEqual(['adg', 'acfh', 'abcdefghi', 'abcdefghij', 'abcdefghij']);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TaskQueue } from '../../src/core/task-queue.js';

test('work goes on beside its starter, never more at a time than there is room for', async () => {
  const behind = new TaskQueue(3);
  let underWay = 0;
  let most = 0;
  const done: number[] = [];
  for (let i = 0; i < 12; i++) {
    await behind.start(async () => {
      most = Math.max(most, ++underWay);
      await sleep(i % 3);
      underWay--;
      done.push(i);
    });
    // Nobody waits for the first ones.
    if (i === 2) expect(done).toEqual([]);
  }
  await behind.settled();
  expect(most).toBe(3);
  expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
});

test('a failure is told by the next start that needs its room, or at the end, when the rest is done', async () => {
  const behind = new TaskQueue(1);
  await behind.start(() => Promise.reject(new Error('disk full')));
  await sleep(1);
  await expect(behind.start(() => Promise.resolve())).rejects.toThrow('disk full');

  const late = new TaskQueue(2);
  let done = false;
  await late.start(() => Promise.reject(new Error('disk full')));
  await late.start(async () => {
    await sleep(5);
    done = true;
  });
  await expect(late.settled()).rejects.toThrow('disk full');
  expect(done).toBe(true);
});

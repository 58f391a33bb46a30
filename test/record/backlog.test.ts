import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Backlog } from '../../src/record/backlog.js';

/** A disk whose writes end in the order and at the time that a test chooses. */
class Disk {
  readonly writes: { readonly bytes: number; readonly end: () => void }[] = [];
  most = 0;

  write(bytes: number): Promise<void> {
    return new Promise((end) => {
      const write = {
        bytes,
        end: () => {
          this.writes.splice(this.writes.indexOf(write), 1);
          end();
        },
      };
      this.writes.push(write);
      this.most = Math.max(
        this.most,
        this.writes.reduce((sum, each) => sum + each.bytes, 0),
      );
    });
  }

  /** Ends writes, by the numbers given, until none is left. */
  async drain(picks: readonly number[], done: () => boolean): Promise<void> {
    for (let i = 0; !done() || this.writes.length > 0; i++) {
      this.writes[picks[i % picks.length]! % Math.max(1, this.writes.length)]?.end();
      await new Promise(setImmediate);
    }
  }
}

const LIMIT = 100;

test('never holds more than its limit, unless one write alone is larger, and lets all through', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 20 });
  const picks = fc.array(fc.nat({ max: 19 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(sizes, picks, async (all, order) => {
      const disk = new Disk();
      const backlog = new Backlog(LIMIT);
      let done = 0;
      const filling = (async () => {
        for (const bytes of all) {
          await backlog.room(bytes);
          void backlog.add(bytes, disk.write(bytes));
          done++;
        }
      })();
      await disk.drain(order, () => done === all.length);
      await filling;
      expect(disk.most).toBeLessThanOrEqual(Math.max(LIMIT, ...all));
      expect(disk.most).toBeGreaterThanOrEqual(Math.max(...all));
    }),
    { numRuns: 100 },
  );
});

test('what fits is not waited for', async () => {
  const disk = new Disk();
  const backlog = new Backlog(LIMIT);
  for (let i = 0; i < 10; i++) {
    await backlog.room(10);
    void backlog.add(10, disk.write(10));
  }
  expect(disk.writes).toHaveLength(10);
});

test('a write that fails gives its room back, and is told to whoever awaits it', async () => {
  const backlog = new Backlog(LIMIT);
  const failed = backlog.add(LIMIT, Promise.reject(new Error('no space left')));
  await backlog.room(LIMIT);
  await expect(failed).rejects.toThrow('no space left');
});

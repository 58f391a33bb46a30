import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Course } from '../../src/core/course.js';

const course = new Course([
  { from: 0, to: 6, stepsPerEpoch: 3 },
  { from: 6, to: 12, stepsPerEpoch: 6 },
  { from: 12, to: 15, stepsPerEpoch: 1 },
]);
const epochs = (count: number) => ({ unit: 'epochs', count }) as const;

describe('a course of stretches whose epochs differ in length', () => {
  test('counts epochs by the stretch that a step is in', () => {
    expect(course.steps).toBe(15);
    expect([0, 3, 6, 9, 12, 13, 15].map((step) => course.epochsAt(step))).toEqual([0, 1, 2, 2.5, 3, 4, 6]);
  });

  test('says when so many epochs have passed, beyond its end with epochs as long as the last', () => {
    expect([1, 2, 2.5, 3, 4, 6, 8].map((count) => course.stepsUntil(epochs(count)))).toEqual([
      3, 6, 9, 12, 13, 15, 17,
    ]);
    expect(course.stepsUntil({ unit: 'steps', count: 7 })).toBe(7);
  });

  test('something is due when its epochs have passed, in whichever stretch', () => {
    const due = (every: string) =>
      Array.from({ length: 15 }, (_, i) => i + 1).filter((step) => course.isDue(every, step));
    expect(due('1 epoch')).toEqual([3, 6, 12, 13, 14, 15]);
    expect(due('2 epochs')).toEqual([6, 13, 15]);
    expect(due('1.5 epochs')).toEqual([5, 12, 14, 15]);
    expect(due('4 steps')).toEqual([4, 8, 12]);
  });

  test('cut in equal stretches it is the same as whole', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 7 }), (lengths, stepsPerEpoch) => {
        let from = 0;
        const parts = lengths.map((length) => {
          const part = { from, to: from + length, stepsPerEpoch };
          from = part.to;
          return part;
        });
        const [cut, whole] = [new Course(parts), new Course([{ from: 0, to: from, stepsPerEpoch }])];
        for (let step = 1; step <= from; step++) {
          expect(cut.epochsAt(step)).toBeCloseTo(whole.epochsAt(step), 9);
          expect(cut.isDue('1 epoch', step)).toBe(whole.isDue('1 epoch', step));
          expect(cut.isDue('3 epochs', step)).toBe(whole.isDue('3 epochs', step));
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScheduleContext } from '../../src/registry/index.js';
import { schedules } from '../../src/schedules/index.js';
import { paramsOf } from '../support/params.js';

const RUN: ScheduleContext = { steps: 100, stepsPerEpoch: 10 };
/** Epochs that end after these steps, as where a phase changes the batch. */
const ENDS = [0, 4, 10, 12, 20, 30];
const UNEVEN: ScheduleContext = {
  steps: 20,
  stepsPerEpoch: 4,
  stepsUntil: ({ count, unit }) => (unit === 'steps' ? count : ENDS[count]!),
};
/** A quarter of the way down half a cosine: (1 + cos(pi / 4)) / 2. */
const QUARTER = 0.853553390593;

describe('schedules', () => {
  test.each<[config: { type: string; [key: string]: unknown }, Record<number, number>, ScheduleContext?]>([
    [{ type: 'constant' }, { 1: 1, 100: 1 }],
    [
      { type: 'constant', factor: 0.3 },
      { 1: 0.3, 100: 0.3 },
    ],
    // The last step still moves; one past the end does not.
    [{ type: 'linear-decay' }, { 1: 100 / 101, 100: 1 / 101, 101: 0, 1000: 0 }],
    [
      { type: 'linear-decay', from: '5 epochs' },
      { 1: 1, 50: 1, 51: 50 / 51, 100: 1 / 51 },
    ],
    [
      { type: 'linear-decay', from: '49 steps' },
      { 49: 1, 50: 51 / 52, 75: 0.5 },
    ],
    [
      { type: 'linear-decay', from: '20 epochs' },
      { 1: 1, 100: 1 },
    ],
    [{ type: 'linear-decay', from: '2 epochs' }, { 10: 1, 11: 10 / 11, 20: 1 / 11 }, UNEVEN],
    [{ type: 'cosine' }, { 101: 0, 1000: 0 }],
    [
      { type: 'cosine', from: '49 steps' },
      { 1: 1, 49: 1, 62: QUARTER, 75: 0.5, 88: 1 - QUARTER, 101: 0 },
    ],
    [
      { type: 'cosine', from: '49 steps', to: 0.2 },
      { 62: 0.2 + 0.8 * QUARTER, 75: 0.6, 1000: 0.2 },
    ],
    [
      { type: 'cosine', from: '1 step', to: 0.2 },
      { 1: 1, 26: 0.2 + 0.8 * QUARTER, 51: 0.6 },
    ],
    [{ type: 'cosine', from: '2 epochs' }, { 10: 1, 21: 0 }, UNEVEN],
    [
      { type: 'step', every: '2 epochs' },
      { 1: 1, 20: 1, 21: 0.5, 40: 0.5, 41: 0.25, 100: 1 / 16 },
    ],
    [
      { type: 'step', every: '30 steps', factor: 0.1 },
      { 30: 1, 31: 0.1, 60: 0.1, 61: 0.01 },
    ],
    [{ type: 'step', every: '1 epoch' }, { 4: 1, 5: 0.5, 10: 0.5, 11: 0.25, 12: 0.25, 13: 0.125 }, UNEVEN],
    [{ type: 'step', every: '2 epochs', factor: 0.1 }, { 1: 1, 10: 1, 11: 0.1, 20: 0.1, 21: 0.01 }, UNEVEN],
    [{ type: 'step', every: '3 steps' }, { 3: 1, 4: 0.5, 6: 0.5, 7: 0.25 }, UNEVEN],
    [
      { type: 'warm-up', over: '1 epoch' },
      { 1: 0.1, 9: 0.9, 10: 1, 11: 1, 100: 1, 1000: 1 },
    ],
    [{ type: 'warm-up', over: '1 epoch' }, { 1: 0.25, 4: 1, 5: 1 }, UNEVEN],
    [
      { type: 'warm-up', over: '9 steps', then: 'linear-decay' },
      { 1: 1 / 9, 9: 1, 10: 91 / 92, 55: 0.5, 100: 1 / 92, 101: 0, 1000: 0 },
    ],
    [
      { type: 'warm-up', over: '9 steps', then: 'cosine' },
      { 1: 1 / 9, 9: 1, 32: QUARTER, 55: 0.5, 101: 0, 1000: 0 },
    ],
    // As long as the run, or longer.
    [
      { type: 'warm-up', over: '100 steps', then: 'linear-decay' },
      { 50: 0.5, 100: 1, 101: 0 },
    ],
    [
      { type: 'warm-up', over: '200 steps', then: 'cosine' },
      { 50: 0.25, 100: 0.5, 200: 1, 201: 0 },
    ],
  ])('%j: by step %j', (config, wanted, run = RUN) => {
    const definition = schedules.find(({ type }) => type === config.type)!;
    const factor = definition.build(paramsOf(definition, config), run);
    for (const [step, value] of Object.entries(wanted))
      expect(factor(Number(step)), `step ${step}`).toBeCloseTo(value, 10);
  });

  test.each(schedules.map((definition) => [definition.type, definition] as const))(
    '%s moves every step of a run of any length by a factor from above 0 to 1',
    (_type, definition) => {
      const params = paramsOf(definition, definition.example);
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 5000 }),
          fc.integer({ min: 1, max: 40 }),
          (steps, stepsPerEpoch) => {
            const factor = definition.build(params, { steps, stepsPerEpoch });
            for (const step of [1, Math.ceil(steps / 2), steps]) {
              expect(factor(step)).toBeGreaterThan(0);
              expect(factor(step)).toBeLessThanOrEqual(1);
            }
          },
        ),
        { numRuns: 50 },
      );
    },
  );
});

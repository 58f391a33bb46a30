import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schedules } from '../../src/schedules/index.js';
import { paramsOf } from '../support/params.js';

const RUN = { steps: 100, stepsPerEpoch: 10 };

function factors(config: { type: string; [key: string]: unknown }, run = RUN): (step: number) => number {
  const definition = schedules.find(({ type }) => type === config.type)!;
  return definition.build(paramsOf(definition, config), run);
}

describe('schedules', () => {
  test.each([
    // [config, step, factor]
    [{ type: 'constant' }, 1, 1],
    [{ type: 'constant', factor: 0.3 }, 100, 0.3],
    [{ type: 'linear-decay' }, 1, 100 / 101],
    [{ type: 'linear-decay', from: '5 epochs' }, 50, 1],
    [{ type: 'linear-decay', from: '5 epochs' }, 51, 50 / 51],
    [{ type: 'linear-decay', from: '5 epochs' }, 100, 1 / 51],
    [{ type: 'cosine', from: '49 steps' }, 49, 1],
    [{ type: 'cosine', from: '49 steps' }, 75, 0.5],
    [{ type: 'cosine', from: '1 step', to: 0.2 }, 51, 0.6],
    [{ type: 'cosine', to: 0.2 }, 1000, 0.2],
    [{ type: 'step', every: '2 epochs', factor: 0.5 }, 20, 1],
    [{ type: 'step', every: '2 epochs', factor: 0.5 }, 21, 0.5],
    [{ type: 'step', every: '2 epochs', factor: 0.5 }, 100, 1 / 16],
    [{ type: 'warm-up', over: '10 steps' }, 1, 0.1],
    [{ type: 'warm-up', over: '10 steps' }, 10, 1],
    [{ type: 'warm-up', over: '10 steps' }, 100, 1],
    [{ type: 'warm-up', over: '9 steps', then: 'linear-decay' }, 55, 0.5],
    [{ type: 'warm-up', over: '9 steps', then: 'cosine' }, 55, 0.5],
    [{ type: 'warm-up', over: '9 steps', then: 'cosine' }, 1000, 0],
  ])('%j in step %i is %f', (config, step, factor) => {
    expect(factors(config)(step)).toBeCloseTo(factor, 10);
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

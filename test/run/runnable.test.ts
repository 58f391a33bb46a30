import { expect, test } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import { planPhases } from '../../src/plan/phases.js';
import { refuseUnrunnable } from '../../src/run/runnable.js';
import { parseRecipe } from '../../src/recipe/load.js';
import { registry, TINY_RECIPE } from '../support/plan.js';

async function refusal(...set: string[]): Promise<string> {
  const phases = planPhases(await parseRecipe(TINY_RECIPE, { registry, set }), registry);
  try {
    refuseUnrunnable(phases);
    return 'none';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.exitCode).toBe(2);
    return error.message;
  }
}

test('runs what the trainer does', async () => {
  expect(await refusal()).toBe('none');
  const one = 'train.phases=[{ for: 6 steps, change: { networks.D.norm: none } }]';
  expect(await refusal(one)).toBe('none');
});

test('refuses by name what it does not do yet, all at once', async () => {
  expect(await refusal('train.accumulate=2')).toBe(
    'This recipe is sound, and cannot be run yet: `train.accumulate` above 1.',
  );
  const phases = 'train.phases=[{ for: 2 steps, change: { game.play: [G] } }, { for: 4 steps }]';
  expect(await refusal(phases, 'train.accumulate=2')).toBe(
    'This recipe is sound, and cannot be run yet: `train.accumulate` above 1, `train.phases` with more than one phase.',
  );
});

import { UserError } from '../core/errors.js';
import type { PhasePlan } from '../plan/phases.js';

/** What the language says and the trainer does not do yet: told by name, before anything is opened or written. */
export function refuseUnrunnable(phases: readonly PhasePlan[]): void {
  const reasons = new Set(phases.flatMap(({ plan }) => [...unrunnable(plan)]));
  if (phases.length > 1) reasons.add('`train.phases` with more than one phase');
  if (reasons.size === 0) return;
  throw new UserError(`This recipe is sound, and cannot be run yet: ${[...reasons].join(', ')}.`, {
    exitCode: 2,
    remedy:
      'gan check and gan plan take all of the language; the trainer does not do this part of it so far.',
  });
}

function* unrunnable({ recipe }: PhasePlan['plan']): Generator<string> {
  if (recipe.train.accumulate > 1) yield '`train.accumulate` above 1';
}

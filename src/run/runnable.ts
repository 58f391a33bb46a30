import { UserError } from '../core/errors.js';
import type { PhasePlan } from '../plan/phases.js';
import type { Registry } from '../registry/index.js';

/** What the language says and the trainer does not do yet: told by name, before anything is opened or written. */
export function refuseUnrunnable(phases: readonly PhasePlan[], registry: Registry): void {
  const reasons = new Set(phases.flatMap(({ plan }) => [...unrunnable(plan, registry)]));
  if (phases.length > 1) reasons.add('`train.phases` with more than one phase');
  if (reasons.size === 0) return;
  throw new UserError(`This recipe is sound, and cannot be run yet: ${[...reasons].join(', ')}.`, {
    exitCode: 2,
    remedy:
      'gan check and gan plan take all of the language; the trainer does not do this part of it so far.',
  });
}

function* unrunnable({ recipe, updates, tensors }: PhasePlan['plan'], registry: Registry): Generator<string> {
  if (recipe.train.accumulate > 1) yield '`train.accumulate` above 1';
  for (const { name, losses } of Object.values(updates)) {
    for (const { name: loss, config } of losses) {
      if (registry.get('loss', config.type).operands === 'penalty')
        yield `the loss ${name}/${loss} (${config.type}, a penalty on gradients)`;
    }
  }
  for (const { name, config } of tensors) {
    if (config && registry.get('tensor', config.type).state)
      yield `the tensor ${name} (${config.type}, which keeps something from step to step)`;
  }
}

import { UserError } from '../../core/errors.js';
import type { Change } from '../../core/events.js';
import type { Recipe } from '../../recipe/index.js';
import { differences, flatten } from '../../core/parameters.js';

/** Keys that may change on resume: the length, evaluation, samples, checkpoints, on_nonfinite, and paths of data. */
const EXTENDING = /^(train\.(for|on_nonfinite)|(sample|evaluate|checkpoint)(\..*)?|data\.[^.]+\.path)$/;
/** Changes that are shown. */
const SHOWN = 20;

/**
 * Compares the recipe that a run is resumed with to the one that it was trained with.
 * @throws UserError showing what would make it another experiment.
 */
export function refuseOtherRecipe(before: Recipe, now: Recipe, run: string): void {
  const last = (now.train.phases?.length ?? 0) - 1;
  const changed = Object.entries(differences(flatten(before), flatten(now))).filter(
    ([path]) => !EXTENDING.test(path) && path !== `train.phases.${last}.for`,
  );
  if (changed.length === 0) return;
  const shown = changed.slice(0, SHOWN).map(([path, change]) => `\n  ${path}: ${formatChange(change)}`);
  const rest = changed.length > SHOWN ? `\n  and ${changed.length - SHOWN} more` : '';
  throw new UserError(`The run ${run} was started with another recipe:${shown.join('')}${rest}`, {
    exitCode: 2,
    remedy:
      'A run that goes on may change how long (train.for), train.on_nonfinite, sample, evaluate, checkpoint, and where its data lies. --fork starts a new run, with the changes, from its weights.',
  });
}

/** `100 -> 10`; `none` where a recipe lacks the key. */
const formatChange = ({ before = 'none', after = 'none' }: Change): string => `${before} -> ${after}`;

/** @throws UserError where a run has done more steps than it is to have. */
export function refuseToEndBefore(step: number, steps: number): void {
  if (step <= steps) return;
  throw new UserError(`The run has done ${step} steps already, and is to have ${steps}.`, {
    exitCode: 2,
    remedy: 'Give it more, or use its checkpoint of an earlier step: gan predict RUN --step N.',
  });
}

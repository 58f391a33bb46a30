import { type Diagnostic, UserError } from '../core/errors.js';
import type { LoadedAblation, Trial } from '../recipe/ablation/index.js';
import { eachOnce } from '../recipe/messages/findings.js';
import type { Recipe } from '../recipe/index.js';
import type { Registry } from '../registry/index.js';
import { type PhasePlan, planningErrors, planPhases } from './phases.js';
import { throwIfAny } from './problems.js';

/** Trials that are one experiment, and so one run. */
export interface TrialPlan {
  readonly trials: readonly Trial[];
  readonly phases: readonly PhasePlan[];
}

/**
 * Plans each experiment of an ablation once.
 * @throws UserError (exit code 2) with every finding of every trial at once.
 */
export function planTrials({ name, trials }: LoadedAblation, registry: Registry): readonly TrialPlan[] {
  const planned: TrialPlan[] = [];
  const found: Diagnostic[] = [];
  /** Plans by game, which trials that differ in their seed alone share. */
  const plansByGame = new Map<Recipe['game'], readonly PhasePlan[]>();
  for (const hash of new Set(trials.map((trial) => trial.hash))) {
    const equal = trials.filter((trial) => trial.hash === hash);
    const { recipe } = equal[0]!;
    const sibling = plansByGame.get(recipe.recipe.game);
    if (sibling) {
      const phases = sibling.map((phase, i) => ({
        ...phase,
        plan: { ...phase.plan, recipe: recipe.phases[i]!.recipe },
      }));
      planned.push({ trials: equal, phases });
      continue;
    }
    try {
      const phases = planPhases(recipe, registry);
      plansByGame.set(recipe.recipe.game, phases);
      planned.push({ trials: equal, phases });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      found.push(...error.diagnostics);
    }
  }
  throwIfAny(name, eachOnce(found));
  return planned;
}

/** What planning finds wrong with trials, each that differs in more than its seed planned once, and nothing costed. */
export function trialErrors({ trials }: LoadedAblation, registry: Registry): readonly Diagnostic[] {
  const distinct = new Map(trials.map(({ recipe }) => [recipe.recipe.game, recipe.phases]));
  return eachOnce([...distinct.values()].flatMap((phases) => planningErrors(phases, registry)));
}

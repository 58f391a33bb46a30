import { analyse } from '../analyse.js';
import { freeze, type FrozenRecipe } from '../freeze/freeze.js';
import { type PartialRecipe, partialRecipes } from '../freeze/partial-recipe.js';
import type { MergeContext } from '../read/merge.js';
import type { Node } from '../read/node.js';
import type { Recipe } from '../recipe.js';

/**
 * Loads the trials of an ablation. Trials that differ in their seed alone are analysed once: a seed takes part in no check
 * but that of its own form.
 */
export class TrialLoader {
  private readonly loaded = new Map<string, FrozenRecipe>();
  private readonly parts: (readonly PartialRecipe[])[] = [];

  /** The sound parts of each trial, by phase; trials that were analysed together are one. */
  get partialRecipes(): readonly (readonly PartialRecipe[])[] {
    return this.parts;
  }

  /**
   * The trial as data; undefined where something is wrong with it, which the context's findings say.
   * @param levels everything that tells it from other trials, but its seed. @param make its nodes.
   */
  load(levels: string, seed: unknown, make: () => Node, context: MergeContext): FrozenRecipe | undefined {
    const isSeed = typeof seed === 'number' && Number.isSafeInteger(seed) && seed >= 0;
    const key = seed === undefined || isSeed ? levels : undefined;
    const sibling = key === undefined ? undefined : this.loaded.get(key);
    if (sibling) return isSeed ? withSeed(sibling, seed) : sibling;
    const analysed = analyse(make(), context);
    if (context.findings.errors > 0) {
      this.parts.push(partialRecipes(analysed));
      return undefined;
    }
    const frozen = freeze(analysed);
    this.parts.push(frozen.phases);
    if (key !== undefined) this.loaded.set(key, frozen);
    return frozen;
  }
}

/** Everything but the settings of training is shared, so that such trials are also planned once. */
function withSeed(frozen: FrozenRecipe, seed: number): FrozenRecipe {
  const seeded = (recipe: Recipe): Recipe =>
    Object.freeze({ ...recipe, train: Object.freeze({ ...recipe.train, seed }) });
  return {
    ...frozen,
    recipe: seeded(frozen.recipe),
    phases: frozen.phases.map((phase) => ({ ...phase, recipe: seeded(phase.recipe) })),
  };
}

import { finishJudged, judge, type Remains, remainsOf } from '../analyse.js';
import type { MergeContext } from '../read/merge.js';
import type { Node } from '../read/node.js';
import type { Recipe } from '../recipe.js';

type Finished = ReturnType<typeof finishJudged>;

/**
 * Trials that differ in their seed alone are made and judged once: a seed takes part in no check but that of its own form.
 */
export class Judgements {
  private readonly known = new Map<string, Finished>();
  private readonly parts: (readonly Remains[])[] = [];

  /** What is sound of each trial, by phase: of all that is in the sound ones. Trials that share their judgement are one. */
  get remains(): readonly (readonly Remains[])[] {
    return this.parts;
  }

  /**
   * The trial as data, or undefined where something is wrong with it, which the context's findings say.
   * @param levels all that makes it this trial, but its seed. @param make its nodes.
   */
  judge(levels: string, seed: unknown, make: () => Node, context: MergeContext): Finished | undefined {
    const isSeed = typeof seed === 'number' && Number.isSafeInteger(seed) && seed >= 0;
    const key = seed === undefined || isSeed ? levels : undefined;
    const known = key === undefined ? undefined : this.known.get(key);
    if (known) return isSeed ? withSeed(known, seed) : known;
    const judged = judge(make(), context);
    if (context.findings.errors > 0) {
      this.parts.push(remainsOf(judged));
      return undefined;
    }
    const finished = finishJudged(judged);
    this.parts.push(finished.phases);
    if (key !== undefined) this.known.set(key, finished);
    return finished;
  }
}

/** All but the training's settings is shared, so that it is also planned once. */
function withSeed(finished: Finished, seed: number): Finished {
  const seeded = (recipe: Recipe): Recipe =>
    Object.freeze({ ...recipe, train: Object.freeze({ ...recipe.train, seed }) });
  return {
    ...finished,
    recipe: seeded(finished.recipe),
    phases: finished.phases.map((phase) => ({ ...phase, recipe: seeded(phase.recipe) })),
  };
}

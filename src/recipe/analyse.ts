import { check, type Checked } from './check/check.js';
import type { CheckContext } from './check/context.js';
import { readDraft } from './check/draft.js';
import { checkUse } from './check/gradients.js';
import { complete } from './complete/complete.js';
import { type PhaseNode, phasesOf } from './complete/phases.js';
import type { Bases } from './read/bases.js';
import type { MergeContext } from './read/merge.js';
import type { Node } from './read/node.js';
import type { RecipeForm } from './recipe.js';
import { soundPart, validate } from './validate/validate.js';

/** A recipe, or one of its phases as a recipe of its own, with what was found out about it. */
export interface AnalysedPart extends CheckContext, Checked {
  /** undefined where the form of anything is wrong. */
  readonly form: RecipeForm | undefined;
}

export interface Analysed {
  readonly whole: AnalysedPart;
  readonly phases: readonly (PhaseNode & AnalysedPart)[];
}

/**
 * Completes, validates and checks a recipe as a whole, and each of its phases. Nodes that several files share are analysed
 * once, as long as nothing was found in them.
 */
export function analyse(written: Node, context: MergeContext): Analysed {
  const { bases, findings } = context;
  const sound = bases && soundIn(bases);
  const before = findings.count;
  const analysed = sound?.get(written) ?? analyseAll(written, context);
  if (findings.count === before) sound?.set(written, analysed);
  return analysed;
}

/** Recipes in which nothing was found, by the files that are checked together. */
const soundRecipes = new WeakMap<Bases, WeakMap<Node, Analysed>>();

function soundIn(bases: Bases): WeakMap<Node, Analysed> {
  const sound = soundRecipes.get(bases) ?? new WeakMap<Node, Analysed>();
  soundRecipes.set(bases, sound);
  return sound;
}

function analyseAll(written: Node, context: MergeContext): Analysed {
  const whole = analysePart(written, context);
  const phases = phasesOf(written, context).map((phase, i, { length }) => {
    const isWhole = length === 1 && !phase.change;
    return { ...phase, ...(isWhole ? whole : analysePart(phase.root, context)) };
  });
  const uses = (phases.length > 0 ? phases : [whole]).map(({ use }) => use);
  if (uses.every((use) => use !== undefined)) checkUse(whole, uses);
  return { whole, phases };
}

function analysePart(written: Node, context: MergeContext): AnalysedPart {
  const { registry, findings } = context;
  // 2. Complete: what follows from other parts of the recipe is written out.
  const root = complete(written, context);
  // 3. Validate: the form of each key, by the schemas; defaults are filled in.
  const validated = validate(root, registry, findings);
  // 4. Check: what it means.
  const checking = { draft: readDraft(validated), registry, findings, root };
  return { ...checking, ...check(checking), form: soundPart(validated) };
}

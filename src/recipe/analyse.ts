import type { Bases } from './read/bases.js';
import { check } from './check/check.js';
import { spanAt } from './check/context.js';
import { checkUse } from './check/gradients.js';
import { complete } from './complete/complete.js';
import { readDraft } from './check/draft.js';
import { finish } from './freeze/freeze.js';
import type { MergeContext } from './read/merge.js';
import { entry, locate, type Node } from './read/node.js';
import { phasesOf, type PhaseNode, schedulesWithin } from './complete/phases.js';
import type { Locator, Recipe } from './recipe.js';
import { remains } from './freeze/partial-recipe.js';
import { soundPart, validate } from './validate/validate.js';

/** A phase of training. */
export interface LoadedPhase {
  readonly id: string;
  /** A duration. */
  readonly for: string;
  readonly recipe: Recipe;
  /** Paths of schedules that its change set: they count from its start, all others from the run's. */
  readonly restarted: ReadonlySet<string>;
  readonly locate: Locator;
}

type Part = ReturnType<typeof judgePart>;

/** A recipe's nodes with everything that was found out of them. */
export interface Judged {
  readonly whole: Part;
  readonly phases: readonly (PhaseNode & Part)[];
}

/**
 * Writes out what is to be understood, and checks form and meaning, of the whole and of each phase. What several files are
 * made from is judged once, where nothing is to be said of it.
 */
export function judge(written: Node, context: MergeContext): Judged {
  const { bases, findings } = context;
  const known = bases && judgedBefore(bases);
  const before = findings.count;
  const judged = known?.get(written) ?? judgeAfresh(written, context);
  if (findings.count === before) known?.set(written, judged);
  return judged;
}

/** Whole recipes in which nothing was found wrong, by the files that are checked together. */
const soundIn = new WeakMap<Bases, WeakMap<Node, Judged>>();

function judgedBefore(bases: Bases): WeakMap<Node, Judged> {
  const sound = soundIn.get(bases) ?? new WeakMap<Node, Judged>();
  soundIn.set(bases, sound);
  return sound;
}

function judgeAfresh(written: Node, context: MergeContext): Judged {
  const whole = judgePart(complete(written, context), context);
  const phases = phasesOf(written, context).map((phase, i, { length }) => {
    const isWhole = length === 1 && !phase.change;
    return { ...phase, ...(isWhole ? whole : judgePart(complete(phase.root, context), context)) };
  });
  const uses = (phases.length > 0 ? phases : [whole]).map(({ use }) => use);
  if (uses.every((use) => use !== undefined)) checkUse(whole, uses);
  return { whole, phases };
}

function judgePart(root: Node, { registry, findings }: MergeContext) {
  const validated = validate(root, registry, findings);
  const context = { draft: readDraft(validated), registry, findings, root };
  return { ...context, ...check(context), form: soundPart(validated) };
}

/** What was judged to be sound, as data. */
export function finishJudged({ whole, phases }: Judged): {
  readonly recipe: Recipe;
  readonly phases: readonly LoadedPhase[];
  readonly locate: Locator;
} {
  return {
    recipe: finish(whole),
    phases: phases.map(({ id, change, root, form, graph }) => {
      const recipe = finish({ form, graph });
      const restarted = schedulesWithin(root, change);
      return { id, for: recipe.train.for!, recipe, restarted, locate: locator(root) };
    }),
    locate: locator(whole.root),
  };
}

/** What a slip may be in, so that nothing can be said of it as a whole; `phases`: of one nothing is left. */
export type Section = 'game' | 'train' | 'sample' | 'phases';

/** What is sound of a phase, as a recipe. */
export interface Remains extends Pick<LoadedPhase, 'id' | 'recipe' | 'locate'> {
  readonly broken?: ReadonlySet<Section>;
}

/** Of each phase; of a recipe without any, of the whole. */
export function remainsOf({ whole, phases }: Judged): readonly Remains[] {
  const parts = phases.length > 0 ? phases : [{ id: '', ...whole }];
  const left = parts.flatMap((part) => {
    const recipe = remains(part);
    return recipe ? [{ id: part.id, recipe, locate: locator(part.root), broken: brokenOf(part) }] : [];
  });
  if (left.length < parts.length) for (const { broken } of left) broken.add('phases');
  return left;
}

function brokenOf({ isSound, draft, root }: Part): Set<Section> {
  const broken = new Set<Section>();
  if (!isSound) broken.add('game');
  for (const section of ['train', 'sample'] as const)
    if (draft[section] === undefined && entry(root, section)) broken.add(section);
  return broken;
}

const locator =
  (root: Node): Locator =>
  (path, span) => {
    const at = span ? spanAt({ root }, path, span) : locate(root, path);
    return at.source.place(at.start, at.end);
  };

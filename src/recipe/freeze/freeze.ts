import type { Analysed, AnalysedPart } from '../analyse.js';
import { locatorOf } from '../check/context.js';
import type { GameGraph } from '../check/game-graph.js';
import { schedulesWithin } from '../complete/phases.js';
import type { Locator, OutputConfig, PhaseConfig, Recipe, RecipeForm, TrainConfig } from '../recipe.js';

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

export interface FrozenRecipe {
  readonly recipe: Recipe;
  /** In playing order, each as a recipe of its own; one where the recipe only says how long. */
  readonly phases: readonly LoadedPhase[];
  /** For messages about what the recipe amounts to, as planning it gives them. */
  readonly locate: Locator;
}

/** A sound recipe as data. */
export function freeze({ whole, phases }: Analysed): FrozenRecipe {
  return {
    recipe: freezePart(whole),
    phases: phases.map((phase) => {
      const { id, change, root } = phase;
      const recipe = freezePart(phase);
      const restarted = schedulesWithin(root, change);
      return { id, for: recipe.train.for!, recipe, restarted, locate: locatorOf(root) };
    }),
    locate: locatorOf(whole.root),
  };
}

/** What outputs are made from is written out, keys of the frame are put into their usual order. */
function freezePart({ form, graph }: AnalysedPart): Recipe {
  if (!form) throw new Error('A recipe in which something is wrong cannot be frozen.');
  const { name, summary, data, networks, game, optimizer, train, sample, evaluate, checkpoint } = form;
  const outputs = Object.entries(game.outputs).map(([tensor, output]): [string, OutputConfig] => [
    tensor,
    { ...output, from: output.from ?? fieldsOf(graph, tensor) },
  ]);
  return deepFreeze({
    name,
    ...(summary !== undefined && { summary }),
    data,
    networks,
    game: { ...game, outputs: Object.fromEntries(outputs) },
    ...(optimizer && { optimizer }),
    train: freezeTrain(train),
    ...(sample && { sample }),
    ...(evaluate && { evaluate }),
    checkpoint,
  });
}

/** One phase without changes is a length. */
export function freezeTrain({ phases = [], ...others }: RecipeForm['train']): TrainConfig {
  const [first, ...more] = phases;
  return first && more.length === 0 && !first.change
    ? { for: first.for, ...others }
    : { phases: phases.map((phase, i): PhaseConfig => ({ id: `p${i + 1}`, ...phase })), ...others };
}

/** Fields that a tensor depends on, in alphabetical order. */
function fieldsOf(graph: GameGraph, tensor: string): readonly string[] {
  const calls = graph.tensors.get(tensor)?.calls ?? [];
  return [...new Set(calls.flatMap((call) => [...graph.fieldsBehind(call)]))].sort();
}

/** The same value, made immutable at every depth. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

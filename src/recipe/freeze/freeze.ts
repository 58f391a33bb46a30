import type { GameGraph } from '../check/game-graph.js';
import type { OutputConfig, PhaseConfig, Recipe, RecipeForm, TrainConfig } from '../recipe.js';

/** A sound recipe: what outputs are made from written out, keys of the frame in their usual order, frozen. */
export function finish({
  form,
  graph,
}: {
  readonly form: RecipeForm | undefined;
  readonly graph: GameGraph;
}): Recipe {
  if (!form) throw new Error('A recipe in which something is wrong cannot be frozen.');
  const { name, summary, data, networks, game, optimizer, sample, evaluate, checkpoint } = form;
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
    train: finishTrain(form.train),
    ...(sample && { sample }),
    ...(evaluate && { evaluate }),
    checkpoint,
  });
}

/** One phase without changes is a length. */
export function finishTrain({ phases = [], ...others }: RecipeForm['train']): TrainConfig {
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

/** The same value, which nothing can change any more. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

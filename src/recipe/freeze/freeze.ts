import type { GameGraph } from '../check/game-graph.js';
import type { Json } from '../read/node.js';
import type { OutputConfig, Recipe, TrainConfig } from '../recipe.js';

/** Sound JSON as the recipe: what outputs are made from written out, keys of the frame in their usual order, frozen. */
export function finish(json: Json, graph: GameGraph): Recipe {
  const { name, summary, data, networks, game, optimizer, sample, evaluate, checkpoint } =
    json as unknown as Recipe;
  const outputs = Object.entries(game.outputs).map(([tensor, output]): [string, OutputConfig] => [
    tensor,
    { ...output, from: (output as Partial<OutputConfig>).from ?? fieldsOf(graph, tensor) },
  ]);
  return deepFreeze({
    name,
    ...(summary === undefined ? {} : { summary }),
    data,
    networks,
    game: { ...game, outputs: Object.fromEntries(outputs) },
    ...(optimizer && { optimizer }),
    train: finishTrain((json as unknown as Recipe).train),
    ...(sample && { sample }),
    ...(evaluate && { evaluate }),
    checkpoint,
  });
}

/** One phase without changes is a length. */
function finishTrain({ phases = [], ...others }: TrainConfig): TrainConfig {
  const [first, ...more] = phases;
  return first && more.length === 0 && !first.change
    ? { for: first.for, ...others }
    : { phases: phases.map(({ id, ...phase }) => ({ id, ...phase })), ...others };
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

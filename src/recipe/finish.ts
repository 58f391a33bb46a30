import type { GameGraph } from './game.js';
import type { Json } from './node.js';
import type { OutputConfig, Recipe } from './recipe.js';

/** Sound JSON as the recipe: what outputs are made from written out, keys of the frame in their usual order, frozen. */
export function finish(json: Json, graph: GameGraph): Recipe {
  const { name, summary, data, networks, game, optimizer, train, sample, evaluate, checkpoint } =
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
    train,
    ...(sample && { sample }),
    ...(evaluate && { evaluate }),
    checkpoint,
  });
}

/** Fields that a tensor depends on, in alphabetical order. */
function fieldsOf(graph: GameGraph, tensor: string): readonly string[] {
  const calls = graph.tensors.get(tensor)?.calls ?? [];
  return [...new Set(calls.flatMap((call) => [...graph.fieldsBehind(call)]))].sort();
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

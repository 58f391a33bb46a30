import type { Shape } from '../core/shape.js';
import type { Registry } from '../registry/index.js';
import type { GameGraph, Recipe } from '../recipe/index.js';
import { parseLoss, parseTensor, type ParsedTensor } from './parse.js';
import type { Problems } from './problems.js';
import type { Shapes } from './shapes.js';
import type { TensorPlan } from './types.js';

/** Tensors that played updates or outputs need, each after those it needs. */
export function planTensors(
  recipe: Recipe,
  registry: Registry,
  graph: GameGraph,
  played: readonly string[],
  shapes: Shapes,
  problems: Problems,
): readonly TensorPlan[] {
  const parsed = new Map(
    Object.entries(recipe.game.tensors).map(([name, written]) => [
      name,
      parseTensor(name, written, registry),
    ]),
  );
  const needed = new Set<string>(Object.keys(recipe.game.outputs));
  for (const name of played) {
    for (const [loss, config] of Object.entries(recipe.game.updates[name]!.losses)) {
      const calls = Object.values(parseLoss(loss, config, registry).operands);
      for (const call of calls) graph.tensorsBehind(call).forEach((tensor) => needed.add(tensor));
    }
  }
  const planned: TensorPlan[] = [];
  const visited = new Set<string>();
  const visit = (name: string): void => {
    const tensor = parsed.get(name);
    if (!tensor || visited.has(name)) return;
    visited.add(name);
    const calls = tensor.call ? [tensor.call] : tensor.operands;
    const before = calls.flatMap((call) => [...graph.tensorsBehind(call)]);
    [...new Set(before)].sort().forEach(visit);
    const sized = problems.catch(['game', 'tensors', name], () => sizeTensor(tensor, shapes, registry));
    if (sized) shapes.values.set(name, sized.shape);
    planned.push({ ...tensor, ...(sized ?? { shape: [] }) });
  };
  [...needed].sort().forEach(visit);
  return planned;
}

function sizeTensor(
  { call, config, operands }: ParsedTensor,
  shapes: Shapes,
  registry: Registry,
): Pick<TensorPlan, 'shape' | 'state' | 'isMask' | 'isClass'> {
  if (call) return { shape: shapes.one(call) };
  const { type, ...params } = config!;
  const definition = registry.get('tensor', type);
  const of: readonly Shape[] = operands.map((operand) => shapes.one(operand));
  return {
    shape: definition.shape(params, of),
    ...(definition.state ? { state: definition.state(params, of) } : {}),
    ...(definition.isMask ? { isMask: true } : {}),
    ...(definition.isClass ? { isClass: true } : {}),
  };
}

import type { Call } from '../core/call.js';
import { parseDuration } from '../core/duration.js';
import type { Registry } from '../registry/index.js';
import {
  GameGraph,
  type LossConfig,
  lossOperands,
  paramsOf,
  parseCall,
  type Recipe,
  type TensorConfig,
  tensorOperands,
} from '../recipe/index.js';
import type { LossPlan, TensorPlan } from './types.js';

/** A tensor whose shape is not yet known. */
export type ParsedTensor = Omit<TensorPlan, 'shape'>;

/** Parses texts into calls and numbers. The recipe has been checked, so this cannot fail. */
export function parseTensor(name: string, written: string | TensorConfig, registry: Registry): ParsedTensor {
  if (typeof written === 'string') return { name, call: parseCall(written), operands: [] };
  const keys = tensorOperands(registry, written.type).filter((key) => typeof written[key] === 'string');
  return { name, config: written, operands: keys.map((key) => parseCall(written[key] as string)) };
}

/** A loss whose scores are not yet known to be logits or probabilities. */
export type ParsedLoss = Omit<LossPlan, 'scores'>;

export function parseLoss(name: string, config: LossConfig, registry: Registry): ParsedLoss {
  const definition = registry.get('loss', config.type);
  const keys = lossOperands(registry, config.type).filter((key) => typeof config[key] === 'string');
  return {
    name,
    config,
    params: paramsOf(registry, 'loss', config),
    every: stepsOf(config.every),
    operands: Object.fromEntries(keys.map((key): [string, Call] => [key, parseCall(config[key] as string)])),
    ...(definition.operands === 'penalty' && definition.state ? { state: definition.state } : {}),
  };
}

/** A duration in steps as a number. */
export const stepsOf = (every: string): number => parseDuration(every)?.count ?? 1;

/** How the recipe's tensors depend on each other. */
export function gameGraph(recipe: Recipe, registry: Registry): GameGraph {
  const tensors = Object.entries(recipe.game.tensors).map(([name, written]) => {
    const { call, operands } = parseTensor(name, written, registry);
    const stopsGradient = typeof written !== 'string' && registry.get('tensor', written.type).stopsGradient;
    return [name, { calls: call ? [call] : operands, stopsGradient }] as const;
  });
  return new GameGraph(new Map(tensors));
}

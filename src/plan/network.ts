import type { Shape } from '../core/shape.js';
import type { LayerConfig, NetworkConfig, Registry } from '../registry/index.js';
import type { RecipeNetwork } from '../recipe/recipe.js';
import { paramsOf } from '../recipe/validate/params.js';
import { planLayers } from './layers.js';
import type { NetworkPlan } from './types.js';

/** No family is this many rewritings away from its layers. */
const MAX_LEVELS = 10;

/**
 * A network for an input: rewritten down to its layers, each with its shapes, variables and costs.
 * @throws UserError where no such network exists for this input; its `layer` is in the message.
 */
export function planNetwork(
  name: string,
  config: RecipeNetwork,
  input: Shape,
  registry: Registry,
): NetworkPlan {
  const { inference, ...rest } = config;
  const layers = planLayers(expand(rest, input, registry), input, registry);
  const last = layers.at(-1)!;
  const keepsStatistics = layers.some((layer) => layer.variables.some((variable) => !variable.trainable));
  return {
    name,
    type: config.type,
    input,
    output: last.output,
    layers,
    parameters: sum(layers.map((layer) => layer.parameters)),
    receptiveField: last.receptiveField,
    flops: sum(layers.map((layer) => layer.flops)),
    probabilities: last.config.type === 'sigmoid',
    inference: { dropout: inference.dropout, batchStatistics: inference.batch_statistics },
    runningStatistics: keepsStatistics && !inference.batch_statistics,
  };
}

/** Families into blocks, blocks into layers: rewrites until a type has nothing below it. */
export function expand(config: NetworkConfig, input: Shape, registry: Registry): readonly LayerConfig[] {
  let current = config;
  for (let level = 0; level < MAX_LEVELS; level++) {
    const definition = registry.get('network', current.type);
    const params = paramsOf(registry, 'network', current);
    if (!definition.expand) return params['layers'] as readonly LayerConfig[];
    current = definition.expand(params, { input });
  }
  throw new Error(`Network type "${config.type}" is not rewritten into layers in ${MAX_LEVELS} levels.`);
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

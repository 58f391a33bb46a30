import { UserError } from '../core/errors.js';
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

/** Where a part's values come from: its last layer; for `features` the last of every block but the last. */
export function partLayers(network: NetworkPlan, part: string): NetworkPlan['layers'] {
  const { layers } = network;
  if (part === 'features') {
    return layers.filter((layer, i) => {
      const next = layers[i + 1];
      return next !== undefined && blockOf(layer.config.id) !== blockOf(next.config.id);
    });
  }
  const end = layers.findLast(
    ({ config }) => config.id === part || `/${blockOf(config.id)}/`.includes(`/${part}/`),
  );
  if (end) return [end];
  const blocks = [...new Set(layers.map((layer) => blockOf(layer.config.id)))];
  throw new UserError(`${network.name} has no part "${part}".`, {
    exitCode: 2,
    remedy: `Parts: features, ${blocks.join(', ')}.`,
  });
}

/** The id of the block that a layer belongs to: `encoder/e1` of `encoder/e1/conv`. */
export const blockOf = (id: string): string => id.split('/').slice(0, -1).join('/') || id;

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

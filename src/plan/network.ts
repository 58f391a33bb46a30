import type { Shape } from '../core/shape.js';
import type { ExpandContext, LayerConfig, NetworkConfig, Registry } from '../registry/index.js';
import { paramsOf, type RecipeNetwork } from '../recipe/index.js';
import { planLayers } from './layers.js';
import { planError } from './plan-error.js';
import type { NetworkPlan } from './types.js';

/** Most rewritings from a family to its layers. */
const MAX_LEVELS = 10;
/** Plans cached for other recipes with the same network: trials of an ablation, phases, a folder that is checked. */
const MAX_CACHED = 256;
const planCache = new WeakMap<Registry, Map<string, NetworkPlan>>();

/**
 * A network for an input: rewritten down to its layers, each with its shapes, variables and costs.
 * @param input of all arguments stacked, or by name where the network names them.
 * @throws UserError where no such network exists for this input; its `layer` is in the message.
 */
export function planNetwork(
  name: string,
  config: RecipeNetwork,
  input: Shape | ExpandContext['inputs'],
  registry: Registry,
  image?: ExpandContext['image'],
): NetworkPlan {
  let plans = planCache.get(registry);
  if (!plans || plans.size >= MAX_CACHED) planCache.set(registry, (plans = new Map<string, NetworkPlan>()));
  const key = JSON.stringify([config, input, image]);
  const cached = plans.get(key);
  if (cached) return { ...cached, name };
  const plan = planUncached(name, config, input, registry, image);
  plans.set(key, plan);
  return plan;
}

function planUncached(
  name: string,
  config: RecipeNetwork,
  input: Shape | ExpandContext['inputs'],
  registry: Registry,
  image: ExpandContext['image'],
): NetworkPlan {
  const { inference, inputs: names, ema, weights: _weights, ...rest } = config;
  const inputs = isShape(input) ? { input } : input;
  const [first = []] = Object.values(inputs);
  const { layers: configs, outputs } = expand(
    rest,
    { input: first, inputs, ...(image ? { image } : {}) },
    registry,
  );
  const layers = planLayers(configs, inputs, registry);
  const last = layers.at(-1)!;
  const ids = layers.map((layer) => layer.config.id);
  const missing = Object.values(outputs ?? {}).find((id) => !ids.includes(id));
  if (missing !== undefined) throw planError('unknown-layer.output', { key: 'outputs' }, missing, ids);
  const ends = outputs ? layers.filter(({ config: { id } }) => Object.values(outputs).includes(id)) : [last];
  const keepsStatistics = layers.some((layer) => layer.variables.some((v) => !v.trainable && !v.persistent));
  return {
    name,
    type: config.type,
    input: first,
    inputs,
    namesInputs: names !== undefined,
    output: last.output,
    ...(outputs ? { outputs } : {}),
    layers,
    parameters: sum(layers.map((layer) => layer.parameters)),
    receptiveField: last.receptiveField,
    flops: sum(layers.map((layer) => layer.flops)),
    probabilities: ends.every((end) => end.config.type === 'sigmoid'),
    ...(ema === undefined ? {} : { ema }),
    inference: { dropout: inference.dropout, batchStatistics: inference.batch_statistics },
    runningStatistics: keepsStatistics && !inference.batch_statistics,
  };
}

const isShape = (input: Shape | ExpandContext['inputs']): input is Shape => Array.isArray(input);

/** The lowest level of a network. */
interface Expanded {
  readonly layers: readonly LayerConfig[];
  readonly outputs: NetworkPlan['outputs'];
}

/** Families into blocks, blocks into layers: rewrites until a type has nothing below it. */
function expand(config: NetworkConfig, context: ExpandContext, registry: Registry): Expanded {
  let current = config;
  for (let level = 0; level < MAX_LEVELS; level++) {
    const definition = registry.get('network', current.type);
    const params = paramsOf(registry, 'network', current);
    if (!definition.expand) return params as unknown as Expanded;
    current = definition.expand(params, context);
  }
  throw new Error(`Network type "${config.type}" is not rewritten into layers in ${MAX_LEVELS} levels.`);
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

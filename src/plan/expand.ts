import { formatShape } from '../core/shape.js';
import type { Registry } from '../registry/index.js';
import {
  formatLines,
  type Line,
  type LoadedRecipe,
  type Path,
  type PhaseConfig,
  type Recipe,
  type RecipeNetwork,
} from '../recipe/index.js';
import { type PhasePlan, planPhases } from './phases.js';
import { describeNetwork, formatCount } from './print.js';
import type { NetworkPlan, Plan, PlannedLayer } from './types.js';

/** A layer stands on one line up to this length. */
const MAX_LINE_CHARS = 200;

export interface ExpandedRecipe {
  readonly recipe: Recipe;
  /** As YAML, with shapes, parameters and receptive fields in comments. */
  readonly lines: readonly Line[];
}

/**
 * The same recipe at the lowest level of the language: every network layer by layer, each layer's keys written out. Its
 * variables have the same names, and names are what initial values and all later draws are seeded by: it trains to the
 * same bits. A network that nothing uses has no shapes, and stays as it is.
 * @throws UserError (exit code 2) where the recipe cannot be planned.
 */
export function expandRecipe(
  loaded: Pick<LoadedRecipe, 'recipe' | 'phases' | 'folder'>,
  registry: Registry,
): ExpandedRecipe {
  const phases = planPhases(loaded, registry);
  const plans = new Map<string, NetworkPlan>();
  for (const { plan } of phases)
    for (const [name, network] of Object.entries(plan.networks))
      if (!plans.has(name)) plans.set(name, network);
  const networks = Object.fromEntries(
    Object.entries(loaded.recipe.networks).map(([name, written]) => {
      const plan = plans.get(name);
      return [name, plan ? lowest(written, plan) : written];
    }),
  );
  const data = phases[0] ? countClasses(loaded.recipe.data, phases[0].plan) : loaded.recipe.data;
  const recipe = { ...loaded.recipe, data, networks, train: expandTrain(loaded, phases, networks) };
  const note = hasRelativePath(recipe)
    ? [{ text: `# Paths that begin with ./ or ../ start from ${loaded.folder}.` }]
    : [];
  return { recipe, lines: [...note, ...format(recipe, plans)] };
}

/** States the numbers of classes that were deduced from a head's units: a head written as layers no longer shows them. */
function countClasses(data: Recipe['data'], { fields }: Plan): Recipe['data'] {
  const sources = Object.entries(data).map(([name, source]) => {
    const fieldConfigs = Object.entries(source.fields).map(([field, config]) => {
      const { count, shape } = fields[field]!;
      const isDeduced = config.as === 'class' && count === 'deduced';
      return [field, isDeduced ? { ...config, classes: shape[0]! } : config] as const;
    });
    return [name, { ...source, fields: Object.fromEntries(fieldConfigs) }] as const;
  });
  return Object.fromEntries(sources);
}

/** Whether it names data or weights relative to its folder. */
const hasRelativePath = (recipe: Recipe): boolean => /"\.\.?\/[^"]*"/.test(JSON.stringify(recipe));

/** A network as `type: layers`; keys that all types have are kept. */
function lowest({ inference, inputs, ema, weights }: RecipeNetwork, plan: NetworkPlan): RecipeNetwork {
  return {
    type: 'layers',
    layers: plan.layers.map((layer, i) =>
      layerConfig(layer, plan.layers[i - 1]?.config.id ?? Object.keys(plan.inputs)[0]!),
    ),
    ...(plan.outputs ? { outputs: plan.outputs } : {}),
    inference,
    ...(inputs ? { inputs } : {}),
    ...(ema === undefined ? {} : { ema }),
    ...(weights === undefined ? {} : { weights }),
  };
}

/** A layer with all its keys; `from` only where it reads another than the one above. */
function layerConfig({ config: { id, type, from }, params }: PlannedLayer, above: string) {
  const reads = from === undefined ? [above] : [from].flat();
  return {
    id,
    type,
    ...(reads.length === 1 && reads[0] === above ? {} : { from: reads.length === 1 ? reads[0]! : reads }),
    ...params,
  };
}

/** A phase that changes networks states the changed ones in full: their layers do not have the keys of the family. */
function expandTrain(
  { recipe: { train }, phases: loaded }: Pick<LoadedRecipe, 'recipe' | 'phases'>,
  plans: readonly PhasePlan[],
  networks: Readonly<Record<string, RecipeNetwork>>,
): Recipe['train'] {
  if (!train.phases) return train;
  const phases = train.phases.map((phase, i): PhaseConfig => {
    const networkChanges = Object.entries(loaded[i]!.recipe.networks).flatMap(([name, written]) => {
      const plan = plans[i]!.plan.networks[name];
      const now = plan && lowest(written, plan);
      const before = networks[name];
      return now && JSON.stringify(now) !== JSON.stringify(before)
        ? [[`networks.${name}`, now] as const]
        : [];
    });
    const others = Object.entries(phase.change ?? {}).filter(([path]) => path.split('.')[0] !== 'networks');
    const { change: _, ...rest } = phase;
    const change = Object.fromEntries([...others, ...networkChanges]);
    return Object.keys(change).length === 0 ? rest : { ...rest, change };
  });
  return { ...train, phases };
}

function format(recipe: Recipe, plans: ReadonlyMap<string, NetworkPlan>): readonly Line[] {
  return formatLines(recipe, {
    width: MAX_LINE_CHARS,
    above: (path) => describe(path, recipe, plans),
  });
}

function describe(path: Path, recipe: Recipe, plans: ReadonlyMap<string, NetworkPlan>): string | undefined {
  const [section, name, key, index] = path;
  if (section !== 'networks' || name === undefined) return undefined;
  const plan = plans.get(String(name));
  if (path.length === 2)
    return plan
      ? `${plan.type}: ${describeNetwork(plan)}`
      : `${String(name)} is not used anywhere and stays as it was written`;
  return plan && key === 'layers' && path.length === 4
    ? describeLayer(plan.layers[Number(index)]!)
    : undefined;
}

function describeLayer({ output, parameters, receptiveField }: PlannedLayer): string {
  return [
    formatShape(output),
    ...(parameters === 0 ? [] : [`${formatCount(parameters)} parameters`]),
    ...(receptiveField === undefined ? [] : [`sees ${receptiveField}x${receptiveField} pixels`]),
  ].join(', ');
}

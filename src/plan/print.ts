import { counted } from '../core/counted.js';
import prettyBytes from 'pretty-bytes';
import { formatShape } from '../core/shape.js';
import { formatTable } from '../core/table.js';
import { formatCall } from '../core/call.js';
import type { LoadedAblation } from '../recipe/ablation/index.js';
import type { TrialPlan } from './ablation.js';
import type { PhasePlan } from './phases.js';
import { patchesOf } from './patches.js';
import type { FieldPlan, LossPlan, NetworkPlan, Plan, UpdatePlan } from './types.js';

/** A plan as text: each network layer by layer, what each update trains on what, what a step costs. */
export function formatPlan(plan: Plan): string {
  return [
    plan.recipe.name,
    formatData(plan),
    ...Object.values(plan.networks).map(formatNetwork),
    formatGame(plan),
    formatCost(plan),
  ].join('\n\n');
}

/** Each phase of a recipe as a plan of its own; one without changes is the plan alone. */
export function formatPhases(phases: readonly PhasePlan[]): string {
  const [first, ...more] = phases;
  if (first && more.length === 0) return formatPlan(first.plan);
  return phases
    .map(({ id, for: length, plan }) => `Phase ${id}: ${length} of\n\n${formatPlan(plan)}`)
    .join('\n\n\n');
}

/** An ablation's trials: what each costs, and which are one run. */
export function formatTrials(ablation: LoadedAblation, planned: readonly TrialPlan[]): string {
  const runs = planned.flatMap(({ trials, phases }, run) =>
    trials.map((trial, i) => ({ trial, run, phases, isFirst: i === 0 })),
  );
  const rows = ablation.trials.map((trial) => {
    const { run, phases, isFirst } = runs.find((each) => each.trial === trial)!;
    const [parameters, flops] = phases.reduce(
      ([most, sum], { plan: { cost } }) => [Math.max(most, cost.parameters), sum + cost.flopsPerStep],
      [0, 0],
    );
    const costs = [formatCount(parameters), formatFlops(flops / phases.length)];
    return [...Object.values(trial.cells), `${run + 1}`, ...(isFirst ? costs : ['the same', ''])];
  });
  const axes = ablation.axes.map(({ name, levels }) => `  ${name}: ${levels.join(', ')}`);
  return [
    ablation.name,
    `Axes, ${ablation.search.budget === undefined ? 'all crossed' : `${ablation.search.budget} combinations drawn`}\n${axes.join('\n')}`,
    `${counted(ablation.trials.length, 'trial')}, ${counted(planned.length, 'run')}\n${formatTable(
      [...ablation.axes.map(({ name }) => name), 'run', 'parameters', 'a step'],
      rows,
      [ablation.axes.length, ablation.axes.length + 1, ablation.axes.length + 2],
    )}`,
  ].join('\n\n');
}

export const formatCount = (n: number): string => n.toLocaleString('en');

export function formatFlops(flops: number): string {
  // Three digits of the larger unit, where four would be needed of the smaller.
  const [unit, size] =
    flops >= 999.5e9 ? ['TFLOP', 1e12] : flops >= 999.5e6 ? ['GFLOP', 1e9] : ['MFLOP', 1e6];
  return `${(flops / size).toPrecision(3)} ${unit}`;
}

function formatData(plan: Plan): string {
  const rows = Object.values(plan.fields).map(({ name, source, shape, config }) => [
    name,
    source,
    config.from,
    config.as,
    formatShape(shape),
  ]);
  const notes = Object.values(plan.fields).flatMap((field) => noteOn(field) ?? []);
  return [`Fields\n${formatTable(['field', 'source', 'from', 'as', 'shape'], rows)}`, ...notes].join('\n');
}

/** Where a number of classes comes from that the recipe does not state. */
function noteOn({ name, count: origin, config, shape }: FieldPlan): string | undefined {
  if (origin === undefined) return undefined;
  const things = `${config.as === 'class' ? 'classes' : 'colours'} of ${name}`;
  const remedy = config.as === 'class' ? `set \`classes\` in the field` : 'list its `palette`';
  return origin === 'deduced'
    ? `  ${shape.at(-1)!} ${things}: as many as the output compared with it has.`
    : `  ${shape.at(-1)!} ${things} are a guess until the data can be read: ${remedy}, or pass --data PATH.`;
}

function formatNetwork(network: NetworkPlan): string {
  const seesMore = network.layers.some((layer) => layer.receptiveField !== undefined);
  const rows = network.layers.map((layer) => [
    layer.config.id,
    layer.config.type,
    formatShape(layer.output),
    layer.parameters === 0 ? '' : formatCount(layer.parameters),
    layer.receptiveField === undefined ? '' : String(layer.receptiveField),
  ]);
  const title = `${network.name} (${network.type}): ${describeNetwork(network)}`;
  const patch = formatPatch(network);
  return `${title}${patch}\n${formatTable(['layer', 'type', 'output', 'parameters', seesMore ? 'receptive field' : ''], rows, [3, 4])}`;
}

/** The size of the patches that a discriminator scores, layer by layer, and their number. */
function formatPatch(network: NetworkPlan): string {
  return patchesOf(network)
    .map(({ chain, grid, same }) => {
      const size = ([rows, columns]: readonly [number, number]): string => `${rows}x${columns}`;
      const other = size(grid) === size(same) ? '' : ` (${size(same)} with padding \`same\`)`;
      return `\n  a score sees, layer by layer back to the input: ${chain.join(', ')} pixels; ${size(grid)} scores${other}`;
    })
    .join('');
}

/** What goes in and comes out of a network, its size, and what one output value sees. */
export function describeNetwork(network: NetworkPlan): string {
  const field =
    network.receptiveField === undefined
      ? ''
      : `, sees ${network.receptiveField}x${network.receptiveField} pixels`;
  const inputs = Object.entries(network.inputs).map(([name, shape]) =>
    network.namesInputs ? `${name} ${formatShape(shape)}` : formatShape(shape),
  );
  return `${inputs.join(', ')} -> ${formatOutputs(network)}, ${formatCount(network.parameters)} parameters, ${formatFlops(network.flops)} forward${field}`;
}

function formatOutputs({ layers, output, outputs }: NetworkPlan): string {
  const shapeOf = (id: string): string => formatShape(layers.find((layer) => layer.config.id === id)!.output);
  if (!outputs) return formatShape(output);
  if (Array.isArray(outputs)) return (outputs as readonly string[]).map(shapeOf).join(', ');
  return Object.entries(outputs)
    .map(([name, id]: [string, string]) => `${name} ${shapeOf(id)}`)
    .join(', ');
}

function formatGame(plan: Plan): string {
  const tensors = plan.tensors.map((tensor) => [
    tensor.name,
    tensor.call
      ? formatCall(tensor.call)
      : `${tensor.config!.type}(${tensor.operands.map(formatCall).join(', ')})`,
    formatShape(tensor.shape),
  ]);
  const order = plan.play
    .map((group) => (group.length === 1 ? group[0]! : `[${group.join(', ')}]`))
    .join(', then ');
  const updates = plan.play.flat().map((name) => formatUpdate(plan.updates[name]!));
  return [
    `Every step: ${order}`,
    ...(tensors.length > 0 ? [formatTable(['tensor', 'is', 'shape'], tensors)] : []),
    ...updates,
  ].join('\n');
}

function formatUpdate({ name, train, every, losses }: UpdatePlan): string {
  const often = every === 1 ? '' : `, every ${every} steps`;
  return `  ${name} trains ${train.join(' and ')}${often}:\n${losses.map((loss) => `    ${formatLoss(loss)}`).join('\n')}`;
}

function formatLoss({ name, config, operands, every }: LossPlan): string {
  const on = Object.entries(operands)
    .map(([key, call]) => `${key} ${formatCall(call)}`)
    .join(', ');
  const often = every === 1 ? '' : `, every ${every} steps`;
  return `${config.weight} x ${name}: ${config.type} (${on})${often}`;
}

function formatCost({ cost, recipe }: Plan): string {
  const calls = Object.entries(cost.calls).map(([network, by]) => {
    const where = Object.entries(by).map(([update, n]) => `${+n.toFixed(2)} in ${update}`);
    return `${network} ${where.join(', ')}`;
  });
  return [
    'Cost',
    `  parameters   ${formatCount(cost.parameters)}`,
    `  calls        ${calls.join('; ')}`,
    `  a step       ${formatFlops(cost.flopsPerStep)} (batch of ${recipe.train.batch})`,
    `  training     about ${prettyBytes(cost.trainingBytes)} of memory at its peak, without decoded images`,
    `  checkpoint   ${prettyBytes(cost.checkpointBytes)}`,
  ].join('\n');
}

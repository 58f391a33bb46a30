import type { Call } from '../core/call.js';
import { sizeOf } from '../core/shape.js';
import type { Registry } from '../registry/index.js';
import type { GameGraph } from '../recipe/game.js';
import { sum } from './network.js';
import type { Cost, NetworkPlan, Plan, UpdatePlan } from './types.js';

const FLOAT_BYTES = 4;
/** The place of calls that are made once a step, before all updates. */
const TENSORS = 'tensors';

type Costed = Omit<Plan, 'cost'>;
type NetworkCall = Call & { readonly kind: 'call' };

/** What a step and a checkpoint of the plan cost. FLOPs are multiply-adds times two; bytes are estimates. */
export function planCost(plan: Costed, graph: GameGraph, registry: Registry): Cost {
  const { batch, accumulate } = plan.recipe.train;
  const once = plan.tensors.flatMap((tensor) => networkCalls(tensor.call ? [tensor.call] : tensor.operands));
  const updates = Object.values(plan.updates);
  const flops = forwardFlops(plan, once) + sum(updates.map((update) => updateFlops(plan, update, graph)));

  const networks = Object.values(plan.networks);
  const stored = sum(networks.map((network) => storedValues(plan, network, registry)));
  const gradients = updates.map((update) => sum(update.train.map((name) => plan.networks[name]!.parameters)));
  const activations =
    activationValues(plan, once) +
    Math.max(...updates.map((update) => activationValues(plan, ownCalls(update))));
  return {
    calls: countCalls(once, updates),
    flopsPerStep: flops * batch,
    parameters: sum(networks.map((network) => network.parameters)),
    trainingBytes: FLOAT_BYTES * (stored + Math.max(...gradients) + (batch / accumulate) * activations),
    checkpointBytes: FLOAT_BYTES * stored,
  };
}

/** All network calls inside calls. */
function networkCalls(calls: readonly Call[]): readonly NetworkCall[] {
  return calls.flatMap((call) => (call.kind === 'name' ? [] : [call, ...networkCalls(call.args)]));
}

const ownCalls = (update: UpdatePlan): readonly NetworkCall[] =>
  networkCalls(update.losses.flatMap((loss) => Object.values(loss.operands)));

function countCalls(once: readonly NetworkCall[], updates: readonly UpdatePlan[]): Cost['calls'] {
  const counts: Record<string, Record<string, number>> = {};
  const count = (calls: readonly NetworkCall[], where: string): void => {
    for (const { network } of calls) {
      const by = (counts[network] ??= {});
      by[where] = (by[where] ?? 0) + 1;
    }
  };
  count(once, TENSORS);
  for (const update of updates) count(ownCalls(update), update.name);
  return counts;
}

const forwardFlops = (plan: Costed, calls: readonly NetworkCall[]): number =>
  sum(calls.map((call) => plan.networks[call.network]!.flops));

/**
 * One update, the mean over steps: its own calls forward, and back through them and through the tensors it
 * differentiates. Back costs two forwards in a network it trains (gradients of weights and of inputs), one in a network
 * that gradients only pass, nothing where none come.
 */
function updateFlops(plan: Costed, update: UpdatePlan, graph: GameGraph): number {
  const leadsToTrained = (call: Call): boolean =>
    update.train.some((network) => graph.networksBehind(call, { gradient: true }).has(network));
  const backwardFlops = (call: NetworkCall): number => {
    const forwards = update.train.includes(call.network) ? 2 : call.args.some(leadsToTrained) ? 1 : 0;
    return forwards * plan.networks[call.network]!.flops;
  };
  const losses = update.losses.map((loss) => {
    const calls = networkCalls(Object.values(loss.operands));
    const backward = loss.config.weight === 0 ? 0 : sum(calls.map(backwardFlops));
    return (forwardFlops(plan, calls) + backward) / loss.every;
  });
  const weighted = update.losses.filter((loss) => loss.config.weight !== 0);
  const operands = weighted.flatMap((loss) => Object.values(loss.operands));
  const through = new Set(operands.flatMap((call) => [...graph.tensorsBehind(call, { gradient: true })]));
  const tensors = plan.tensors.filter((tensor) => through.has(tensor.name));
  const calls = networkCalls(tensors.flatMap((tensor) => (tensor.call ? [tensor.call] : tensor.operands)));
  return (sum(losses) + sum(calls.map(backwardFlops))) / update.every;
}

/** Weights and running statistics, and the optimiser's state of what is trained. */
function storedValues(plan: Costed, network: NetworkPlan, registry: Registry): number {
  const variables = network.layers.flatMap((layer) => layer.variables);
  const kept = variables.filter((variable) => variable.trainable || network.runningStatistics);
  const trainer = Object.values(plan.updates).find((update) => update.train.includes(network.name));
  const slots = trainer ? registry.get('optimizer', trainer.optimizer.type).slots.length : 0;
  return sum(kept.map((variable) => sizeOf(variable.shape))) + slots * network.parameters;
}

/** Values that calls leave behind for their gradients, of one example. */
const activationValues = (plan: Costed, calls: readonly NetworkCall[]): number =>
  sum(calls.flatMap((call) => plan.networks[call.network]!.layers.map((layer) => sizeOf(layer.output))));

import type { Call } from '../core/call.js';
import { sizeOf } from '../core/shape.js';
import type { Registry } from '../registry/index.js';
import type { GameGraph, NetworkCall } from '../recipe/index.js';
import { type Forward, networkCalls, stepForwards } from './forwards.js';
import { sum } from './network.js';
import type { Cost, NetworkPlan, Plan, UpdatePlan } from './types.js';

const FLOAT_BYTES = 4;
/**
 * Peak memory of a training process, as measured on `ort` (bench/README.md, column "planned"): Node with its libraries
 * and threads, the arrays that weights start from, and about three times the layers' outputs, which stay for the
 * backward pass and are there once more as its gradients and once as the working space of convolutions.
 */
const PROCESS_BYTES = 230e6;
const COPIES_OF_ACTIVATIONS = 3;
type Costed = Omit<Plan, 'cost'>;

/** What a step and a checkpoint of the plan cost. FLOPs are multiply-adds times two; bytes are estimates. */
export function planCost(plan: Costed, graph: GameGraph, registry: Registry): Cost {
  const { batch, accumulate } = plan.recipe.train;
  const once = plan.tensors.flatMap((tensor) => networkCalls(tensor.call ? [tensor.call] : tensor.operands));
  const updates = Object.values(plan.updates);
  const forwards = stepForwards(plan, registry);
  const flops =
    sum(forwards.map(({ network, share }) => share * plan.networks[network]!.flops)) +
    sum(updates.map((update) => backwardFlops(plan, update, graph)));

  const networks = Object.values(plan.networks);
  const parameters = sum(networks.map((network) => network.parameters));
  const stored = sum(networks.map((network) => storedValues(plan, network, registry))) + stateValues(plan);
  const gradients = updates.map((update) => sum(update.train.map((name) => plan.networks[name]!.parameters)));
  const activations =
    activationValues(plan, once) +
    Math.max(...updates.map((update) => activationValues(plan, callsOf(update))));
  return {
    calls: countCalls(forwards),
    flopsPerStep: flops * batch,
    parameters,
    trainingBytes:
      PROCESS_BYTES +
      FLOAT_BYTES *
        (stored +
          parameters +
          Math.max(...gradients) +
          COPIES_OF_ACTIVATIONS * (batch / accumulate) * activations),
    checkpointBytes: FLOAT_BYTES * stored,
  };
}

const callsOf = (update: UpdatePlan): readonly NetworkCall[] =>
  networkCalls(update.losses.flatMap((loss) => Object.values(loss.operands)));

function countCalls(forwards: readonly Forward[]): Cost['calls'] {
  const counts: Record<string, Record<string, number>> = {};
  for (const { network, where, share } of forwards) {
    const by = (counts[network] ??= {});
    by[where] = (by[where] ?? 0) + share;
  }
  return counts;
}

/**
 * One update, the mean over steps: back through its own calls and through the tensors it differentiates. Back costs two
 * forwards in a network it trains (gradients of weights and of inputs), one in a network that gradients only pass,
 * nothing where none come. A penalty goes back to its `at` first, and then back through both ways.
 */
function backwardFlops(plan: Costed, update: UpdatePlan, graph: GameGraph): number {
  const leadsToTrained = (call: Call): boolean =>
    update.train.some((network) => graph.networksBehind(call, { gradient: true }).has(network));
  const back = (call: NetworkCall): number => {
    const forwards = update.train.includes(call.network) ? 2 : call.args.some(leadsToTrained) ? 1 : 0;
    return forwards * plan.networks[call.network]!.flops;
  };
  const losses = update.losses.map((loss) => {
    if (loss.config.weight === 0) return 0;
    const calls = networkCalls(Object.values(loss.operands));
    const once = sum(calls.map(back));
    const through = sum(calls.map((call) => plan.networks[call.network]!.flops));
    return (loss.operands.at ? through + 2 * once : once) / loss.every;
  });
  // Back through a tensor as often as the most frequent loss that reads it.
  const shares = new Map<string, number>();
  for (const { config, every, operands } of update.losses) {
    if (config.weight === 0) continue;
    for (const call of Object.values(operands))
      for (const name of graph.tensorsBehind(call, { gradient: true }))
        shares.set(name, Math.max(shares.get(name) ?? 0, 1 / every));
  }
  const tensors = plan.tensors.map(({ name, call, operands }) => {
    const calls = networkCalls(call ? [call] : operands);
    return (shares.get(name) ?? 0) * sum(calls.map(back));
  });
  return (sum(losses) + sum(tensors)) / update.every;
}

/** Weights and running statistics, once more where they are averaged, and the optimiser's state of what is trained. */
function storedValues(plan: Costed, network: NetworkPlan, registry: Registry): number {
  const variables = network.layers.flatMap((layer) => layer.variables);
  const stored = variables.filter((v) => v.trainable || v.persistent === true || network.runningStatistics);
  const trainer = Object.values(plan.updates).find((update) => update.train.includes(network.name));
  const slots = trainer ? registry.get('optimizer', trainer.optimizer.type).slots.length : 0;
  const copies = trainer && network.ema !== undefined ? 2 : 1;
  return copies * sum(stored.map((variable) => sizeOf(variable.shape))) + slots * network.parameters;
}

/** State of tensors and losses. */
const stateValues = ({ tensors, updates }: Costed): number => {
  const keeping = [...tensors, ...Object.values(updates).flatMap(({ losses }) => losses)];
  return sum(keeping.flatMap(({ state = {} }) => Object.values(state).map(sizeOf)));
};

/** Values that calls of one example keep for the backward pass. */
const activationValues = (plan: Costed, calls: readonly NetworkCall[]): number =>
  sum(calls.flatMap((call) => plan.networks[call.network]!.layers.map((layer) => sizeOf(layer.output))));

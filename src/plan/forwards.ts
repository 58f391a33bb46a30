import { type Call, formatCall, mentions } from '../core/call.js';
import type { Registry } from '../registry/index.js';
import type { NetworkCall } from '../recipe/index.js';
import type { Plan, UpdatePlan } from './types.js';

/** `where` of calls that are made once a step, before all updates. */
const TENSORS = 'tensors';

/** A forward pass of a network that a step needs. */
export interface Forward {
  readonly network: string;
  /** The update that makes it, or `tensors`. */
  readonly where: string;
  /** How often per step, the mean over many. */
  readonly share: number;
}

/** All network calls inside calls. */
export function networkCalls(calls: readonly Call[]): readonly NetworkCall[] {
  return calls.flatMap((call) => (call.kind === 'name' ? [] : [call, ...networkCalls(call.args)]));
}

/**
 * The forward passes of one step. Equal calls whose networks have not moved in between are one: `D(source, fake)` of G's
 * loss and of D's, where G is played first. Not so where a layer draws: dropout is drawn anew in each update.
 */
export function stepForwards(plan: Omit<Plan, 'cost'>, registry: Registry): readonly Forward[] {
  const drawing = new Set(
    Object.values(plan.networks)
      .filter(({ layers }) => layers.some(({ config }) => registry.get('layer', config.type).random))
      .map(({ name }) => name),
  );
  const moved = new Map<string, number>();
  const seen = new Map<string, number>();
  const forwards: Forward[] = [];
  const make = (call: NetworkCall, where: string, share: number): void => {
    const networks = [...mentions(call).networks].sort();
    const draws = networks.some((name) => drawing.has(name));
    const key = JSON.stringify([
      formatCall({ kind: 'call', network: call.network, args: call.args, span: call.span }),
      networks.map((name) => moved.get(name) ?? 0),
      ...(draws ? [where] : []),
    ]);
    const counted = seen.get(key) ?? 0;
    if (share <= counted) return;
    seen.set(key, share);
    forwards.push({ network: call.network, where, share: share - counted });
  };
  for (const { call, operands } of plan.tensors)
    for (const each of networkCalls(call ? [call] : operands)) make(each, TENSORS, 1);
  for (const group of plan.play) {
    const updates = group.map((name) => plan.updates[name]!);
    for (const update of updates)
      for (const { calls, every } of lossCalls(update))
        for (const call of calls) make(call, update.name, 1 / (every * update.every));
    for (const name of new Set(updates.flatMap((update) => update.train)))
      moved.set(name, (moved.get(name) ?? 0) + 1);
  }
  return forwards;
}

const lossCalls = ({ losses }: UpdatePlan) =>
  losses.map(({ operands, every }) => ({ calls: networkCalls(Object.values(operands)), every }));

import type { Tensor, Variable } from '@tensorflow/tfjs';
import { mentions } from '../core/call.js';
import type { Feed } from '../core/repeat.js';
import { sizeOf } from '../core/shape.js';
import type { Batch } from '../data/index.js';
import { evaluateTensor } from './calls.js';
import { withTape } from './tape.js';
import type { Plan, TensorPlan } from '../plan/index.js';
import type { DueStep, DueUpdate } from './due.js';
import type { StepInputs } from './step-inputs.js';
import { fedFields } from './fields.js';
import type { Game } from './game.js';
import {
  add,
  type Gradients,
  moveTogether,
  playUpdate,
  scopeOf,
  type Stage,
  sumOfGradients,
} from './update.js';

/** What a group of updates needs of the game's tensors, where each group goes through the batch by itself. */
interface GroupTensors {
  /** Computed, again where an earlier group has done so, since gradients go through them. */
  readonly computed: readonly TensorPlan[];
  /** Of the first group's pass: made with weights that have moved since, or by what must happen once a step. */
  readonly stored: readonly TensorPlan[];
}

/** How a step is computed in parts. */
interface Parts {
  readonly game: Game;
  readonly due: DueStep;
  readonly tensors: readonly GroupTensors[];
  /** Whatever a later group takes from the first one's pass. */
  readonly storing: readonly TensorPlan[];
}

/**
 * Plays a step whose batch is computed in equal parts, so that the memory is a part's: each group of updates goes through
 * all parts, sums their gradients, and moves its networks once. Where nothing couples examples, the step is that of the
 * whole batch; batch norm, and a mean inside a mask, are of each part.
 * @returns one value per term of each update, in order: the mean over the parts.
 */
export async function playInParts(
  game: Game,
  batch: Batch,
  due: DueStep,
  inputs: Pick<StepInputs, 'step' | 'numbers' | 'drawings'>,
  count: number,
): Promise<ArrayLike<number>> {
  // A step in which nothing is due still draws, and fills pools.
  const groups = due.groups.length > 0 ? due.groups : [[]];
  const tensors = tensorsByGroup(game.plan, groups);
  const storing = [...new Set(tensors.flatMap(({ stored }) => stored))];
  const parts: Parts = { game, due: { ...due, groups }, tensors, storing };
  // Before anything is recorded: a program finds its variables there.
  for (const { update } of groups.flat()) update.train.forEach((network) => game.sums(network));
  const stored = Array.from({ length: count }, () => new Map<string, Float32Array>());
  const means: number[] = [];
  for (const group of groups.keys()) {
    const sums: number[] = [];
    for (const [index, own] of stored.entries()) {
      const context: StepInputs = {
        ...inputs,
        batch: partOf(batch, index, count),
        part: { index, of: count },
        stored: own,
      };
      const made = await playPart(parts, group, context);
      made.forEach((value, i) => (sums[i] = (sums[i] ?? 0) + value / count));
    }
    means.push(...sums);
  }
  return means;
}

/** @returns the terms' values. */
async function playPart(parts: Parts, group: number, inputs: StepInputs): Promise<Float32Array> {
  const { game, due, storing } = parts;
  const { batch, part, stored } = inputs;
  const shapes = Object.values(batch.fields).map(({ shape }) => shape.join('x'));
  const kind = part.index === 0 ? 'first' : part.index < part.of - 1 ? 'middle' : 'last';
  const key = `${due.key}${shapes.join()}/${group}/${kind} of ${part.of}`;
  const [measured, ...made] = game.repeater.run(key, inputs, (feed) =>
    computePart(parts, group, inputs, feed),
  );
  for (const [i, tensor] of made.entries()) {
    stored.set(storing[i]!.name, (await tensor.data()) as Float32Array);
    tensor.dispose();
  }
  const values = (await measured!.data()) as Float32Array;
  measured!.dispose();
  return values;
}

/** @returns the terms, and from the first group's pass what is stored. */
function computePart(
  { game, due, tensors, storing }: Parts,
  group: number,
  { batch, part }: StepInputs,
  feed: Feed<StepInputs>,
): Tensor[] {
  const { tf } = game.context;
  const values = fedFields(batch, feed);
  const updates = due.groups[group]!;
  return withTape(tf, (tape) => {
    const statistics = new Map<Variable, Tensor>();
    const stage: Stage = { game, tape, feed, values, batch: batch.size, statistics };
    // Running statistics follow a tensor's calls once a step.
    const tracked = group > 0 ? [] : due.groups.flat().flatMap(({ update }) => update.train);
    const scope = scopeOf(stage, 'tensors', new Set(tracked));
    for (const { name, shape } of tensors[group]!.stored)
      values.set(
        name,
        feed([batch.size, ...shape], ({ stored }) => stored.get(name)!),
      );
    for (const tensor of tensors[group]!.computed) values.set(tensor.name, evaluateTensor(tensor, scope));
    const played = updates.map((each) => playUpdate(stage, each, 1 / part.of));
    tape.pause(() => gather(stage, updates, sumOfGradients(game, played), { ...part, group }));
    for (const [variable, value] of statistics) variable.assign(value);
    const terms = played.flatMap((each) => each.terms);
    const kept = group > 0 ? [] : storing.map(({ name }) => tf.clone(values.get(name)!));
    return [terms.length > 0 ? tf.stack(terms) : tf.tensor1d([]), ...kept];
  });
}

/** Adds a part's gradients to those of the parts before it; with those of the last, networks move. */
function gather(
  stage: Stage,
  updates: readonly DueUpdate[],
  gradients: Gradients,
  { index, of, group }: StepInputs['part'] & { readonly group: number },
): void {
  const { game } = stage;
  const { tf } = game.context;
  const sums = new Map<string, (Tensor | null)[]>();
  for (const [network, own] of gradients) {
    const before = game.sums(network);
    sums.set(
      network,
      own.map((gradient, i) => (index === 0 ? gradient : add(tf, gradient && before[i]!, gradient))),
    );
    if (index === of - 1) continue;
    sums.get(network)!.forEach((sum, i) => sum && before[i]!.assign(sum));
  }
  if (index === of - 1) moveTogether(stage, updates, sums, group);
}

/** The first group computes all tensors, each later one those that its losses go through. */
function tensorsByGroup(plan: Plan, groups: DueStep['groups']): readonly GroupTensors[] {
  const moved = new Set<string>();
  return groups.map((group, index) => {
    const tensors = index === 0 ? { computed: plan.tensors, stored: [] } : neededBy(plan, group, moved);
    for (const { update } of group) update.train.forEach((network) => moved.add(network));
    return tensors;
  });
}

function neededBy(plan: Plan, group: readonly DueUpdate[], moved: ReadonlySet<string>): GroupTensors {
  const byName = new Map(plan.tensors.map((tensor) => [tensor.name, tensor]));
  const computed = new Set<TensorPlan>();
  const stored = new Set<TensorPlan>();
  const visit = (name: string): void => {
    const tensor = byName.get(name);
    if (!tensor || computed.has(tensor) || stored.has(tensor)) return;
    const calls = [...(tensor.call ? [tensor.call] : []), ...tensor.operands].map(mentions);
    const isGone = calls.some(({ networks }) => [...networks].some((network) => moved.has(network)));
    if (isGone || tensor.kept) {
      stored.add(tensor);
      return;
    }
    computed.add(tensor);
    calls.forEach(({ names }) => names.forEach(visit));
  };
  for (const { losses } of group)
    for (const { loss } of losses)
      for (const operand of Object.values(loss.operands)) mentions(operand).names.forEach(visit);
  const inOrder = (some: ReadonlySet<TensorPlan>) => plan.tensors.filter((tensor) => some.has(tensor));
  return { computed: inOrder(computed), stored: inOrder(stored) };
}

function partOf({ fields, names, size }: Batch, index: number, count: number): Batch {
  const part = size / count;
  const own = Object.entries(fields).map(([name, { data, shape }]) => {
    const length = part * sizeOf(shape.slice(1));
    return [
      name,
      { data: data.subarray(index * length, (index + 1) * length), shape: [part, ...shape.slice(1)] },
    ] as const;
  });
  const named = Object.entries(names).map(([source, all]) => [
    source,
    all.slice(index * part, (index + 1) * part),
  ]);
  return { fields: Object.fromEntries(own), names: Object.fromEntries(named) as Batch['names'], size: part };
}

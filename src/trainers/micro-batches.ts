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
  applyGradients,
  playUpdate,
  scopeOf,
  type StepContext,
  sumOfGradients,
} from './update.js';

/** The game's tensors that a group of updates needs. Each group makes a pass of its own over all micro-batches. */
interface GroupTensors {
  /** Computed in this group's pass, even where an earlier group's pass did so, since gradients go through them. */
  readonly computed: readonly TensorPlan[];
  /** Taken from the first group's pass: their networks have changed since, or they have state, which changes once a step. */
  readonly stored: readonly TensorPlan[];
}

/** A step whose batch is computed in micro-batches. */
interface MicroBatchedStep {
  readonly game: Game;
  readonly due: DueStep;
  readonly tensors: readonly GroupTensors[];
  /** All that later groups take from the first group's pass. */
  readonly stored: readonly TensorPlan[];
}

/**
 * Plays a step in equal micro-batches, so that it takes the memory of one: each group of updates goes through all of
 * them, sums their gradients, and moves its networks once. Where nothing couples examples, the step is that of the whole
 * batch; batch norm, and a mean inside a mask, are of each micro-batch.
 * @returns one value per term of each update, in order: the mean over the micro-batches.
 */
export async function playMicroBatches(
  game: Game,
  batch: Batch,
  due: DueStep,
  inputs: Pick<StepInputs, 'step' | 'numbers' | 'drawings'>,
  count: number,
): Promise<ArrayLike<number>> {
  // A step in which nothing is due still draws random values and fills pools.
  const groups = due.groups.length > 0 ? due.groups : [[]];
  const tensors = tensorsByGroup(game.plan, groups);
  const stored = [...new Set(tensors.flatMap((group) => group.stored))];
  const whole: MicroBatchedStep = { game, due: { ...due, groups }, tensors, stored };
  // Made before anything is recorded: a recorded program reads and assigns existing variables.
  for (const { update } of groups.flat()) update.train.forEach((network) => game.sums(network));
  const storedValues = Array.from({ length: count }, () => new Map<string, Float32Array>());
  const means: number[] = [];
  for (const group of groups.keys()) {
    const sums: number[] = [];
    for (const [index, values] of storedValues.entries()) {
      const context: StepInputs = {
        ...inputs,
        batch: microBatchOf(batch, index, count),
        microBatch: { index, count },
        stored: values,
      };
      const termValues = await playMicroBatch(whole, group, context);
      termValues.forEach((value, i) => (sums[i] = (sums[i] ?? 0) + value / count));
    }
    means.push(...sums);
  }
  return means;
}

/** @returns the terms' values. */
async function playMicroBatch(
  whole: MicroBatchedStep,
  group: number,
  inputs: StepInputs,
): Promise<Float32Array> {
  const { game, due } = whole;
  const { batch, microBatch, stored } = inputs;
  const shapes = Object.values(batch.fields).map(({ shape }) => shape.join('x'));
  const kind = microBatch.index === 0 ? 'first' : microBatch.index < microBatch.count - 1 ? 'middle' : 'last';
  const key = `${due.key}${shapes.join()}/${group}/${kind} of ${microBatch.count}`;
  const [terms, ...tensors] = game.repeater.run(key, inputs, (feed) =>
    computeMicroBatch(whole, group, inputs, feed),
  );
  for (const [i, tensor] of tensors.entries()) {
    stored.set(whole.stored[i]!.name, (await tensor.data()) as Float32Array);
    tensor.dispose();
  }
  const values = (await terms!.data()) as Float32Array;
  terms!.dispose();
  return values;
}

/** @returns the terms stacked; from the first group's pass also what is stored for later groups. */
function computeMicroBatch(
  { game, due, tensors, stored: storedTensors }: MicroBatchedStep,
  group: number,
  { batch, microBatch }: StepInputs,
  feed: Feed<StepInputs>,
): Tensor[] {
  const { tf } = game.context;
  const values = fedFields(batch, feed);
  const updates = due.groups[group]!;
  return withTape(tf, (tape) => {
    const statistics = new Map<Variable, Tensor>();
    const context: StepContext = { game, tape, feed, values, batch: batch.size, statistics };
    // A tensor's calls update running statistics once a step.
    const tracked = group > 0 ? [] : due.groups.flat().flatMap(({ update }) => update.train);
    const scope = scopeOf(context, 'tensors', new Set(tracked));
    for (const { name, shape } of tensors[group]!.stored)
      values.set(
        name,
        feed([batch.size, ...shape], ({ stored }) => stored.get(name)!),
      );
    for (const tensor of tensors[group]!.computed) values.set(tensor.name, evaluateTensor(tensor, scope));
    const played = updates.map((each) => playUpdate(context, each, 1 / microBatch.count));
    tape.pause(() =>
      accumulateGradients(context, updates, sumOfGradients(game, played), { ...microBatch, group }),
    );
    for (const [variable, value] of statistics) variable.assign(value);
    const terms = played.flatMap((each) => each.terms);
    const clones = group > 0 ? [] : storedTensors.map(({ name }) => tf.clone(values.get(name)!));
    return [terms.length > 0 ? tf.stack(terms) : tf.tensor1d([]), ...clones];
  });
}

/** Adds a micro-batch's gradients to the sums of those before it. With the last one, the networks move. */
function accumulateGradients(
  context: StepContext,
  updates: readonly DueUpdate[],
  gradients: Gradients,
  { index, count, group }: StepInputs['microBatch'] & { readonly group: number },
): void {
  const { game } = context;
  const { tf } = game.context;
  const sums = new Map<string, (Tensor | null)[]>();
  for (const [network, ofMicroBatch] of gradients) {
    const sumsBefore = game.sums(network);
    sums.set(
      network,
      ofMicroBatch.map((gradient, i) =>
        index === 0 ? gradient : add(tf, gradient && sumsBefore[i]!, gradient),
      ),
    );
    if (index === count - 1) continue;
    sums.get(network)!.forEach((sum, i) => sum && sumsBefore[i]!.assign(sum));
  }
  if (index === count - 1) applyGradients(context, updates, sums, group);
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
    const hasMoved = calls.some(({ networks }) => [...networks].some((network) => moved.has(network)));
    if (hasMoved || tensor.state) {
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

function microBatchOf({ fields, names, size }: Batch, index: number, count: number): Batch {
  const microBatchSize = size / count;
  const slices = Object.entries(fields).map(([name, { data, shape }]) => {
    const length = microBatchSize * sizeOf(shape.slice(1));
    return [
      name,
      {
        data: data.subarray(index * length, (index + 1) * length),
        shape: [microBatchSize, ...shape.slice(1)],
      },
    ] as const;
  });
  const namesOf = Object.entries(names).map(([source, all]) => [
    source,
    all.slice(index * microBatchSize, (index + 1) * microBatchSize),
  ]);
  return {
    fields: Object.fromEntries(slices),
    names: Object.fromEntries(namesOf) as Batch['names'],
    size: microBatchSize,
  };
}

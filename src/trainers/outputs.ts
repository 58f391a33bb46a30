import { mentions } from '../core/call.js';
import { drawn } from '../core/draw.js';
import type { Cell, Image } from '../core/image.js';
import { Random, type SeedPart } from '../core/random.js';
import type { Repeater } from '../core/repeat.js';
import type { Batch } from '../data/index.js';
import { evaluateTensor, type Scope } from './calls.js';
import { type Network, type NetworkCall, type NetworkContext } from './network.js';
import type { Plan, TensorPlan } from '../plan/index.js';
import { fedFields } from './fields.js';
import { imageConverter } from './picture.js';

/** What outputs are made with: a trained game, or networks alone. */
export interface OutputSource {
  readonly plan: Plan;
  readonly context: NetworkContext;
  readonly networks: ReadonlyMap<string, Network>;
  /** Runs the program that makes outputs, example by example. */
  readonly outputs: Repeater<OutputInputs>;
  /** By network: weights to make outputs with in place of the trained ones. */
  readonly averages?: ReadonlyMap<string, { readonly variables: NonNullable<NetworkCall['weights']> }>;
}

/** What differs from one output to the next. */
export interface OutputInputs {
  readonly batch: Batch;
  /** Seed of all draws. */
  readonly seed: readonly SeedPart[];
}

/**
 * Makes the game's outputs for one example, as `inference` of each network says.
 * @param index of the example, a part of the seed: the same example gets the same noise and dropout at every step.
 * @param wanted names of outputs or tensors; those among the batch's fields are passed through.
 * @param draw above 0: with other noise.
 * @returns pictures, or names of classes, by name.
 */
export async function makeOutputs(
  { plan, context, networks, outputs, averages }: OutputSource,
  batch: Batch,
  index: number,
  wanted: readonly string[],
  draw = 0,
): Promise<Record<string, Cell>> {
  const { tf, registry } = context;
  const needed = tensorsFor(plan, wanted, new Set(Object.keys(batch.fields)));
  const shown = needed.filter((tensor) => wanted.includes(tensor.name));
  const shapes = Object.values(batch.fields).map(({ shape }) => shape.join('x'));
  const key = [...Object.keys(batch.fields), ...shapes, ...needed.map(({ name }) => name), ...wanted].join();
  const seed = [context.seed, 'output', index, ...(draw > 0 ? ['draw', draw] : [])];
  const tensors = outputs.run(key, { batch, seed }, (feed) => {
    const values = fedFields(batch, feed);
    const scope: Scope = {
      tf,
      registry,
      networks,
      values,
      batch: batch.size,
      draw: (shape, fill, id) =>
        feed(shape, ({ seed: outputSeed }) => drawn(shape, new Random(...outputSeed, ...id), fill)),
      mode: (network) => {
        const average = averages?.get(network.plan.name);
        return { ...network.plan.inference, ...(average ? { weights: average.variables } : {}) };
      },
    };
    for (const tensor of needed) values.set(tensor.name, evaluateTensor(tensor, scope));
    return shown.map((tensor) => values.get(tensor.name)!);
  });
  const cells: Record<string, Cell> = {};
  for (const [i, { name }] of shown.entries()) {
    const tensor = tensors[i]!;
    cells[name] = imageConverter(plan, name)((await tensor.data()) as Float32Array, tensor.shape.slice(1));
    tensor.dispose();
  }
  for (const name of wanted) {
    const field = batch.fields[name];
    if (field) cells[name] = imageConverter(plan, name)(field.data, field.shape.slice(1));
  }
  return cells;
}

/** As `makeOutputs`, where all wanted outputs are pictures. */
export async function makeImages(...asked: Parameters<typeof makeOutputs>): Promise<Record<string, Image>> {
  const cells = await makeOutputs(...asked);
  for (const [name, cell] of Object.entries(cells))
    if (typeof cell === 'string') throw new Error(`${name} is a class, where pictures are needed.`);
  return cells as Record<string, Image>;
}

/** Networks that the wanted outputs are made with. */
export function networksOf(plan: Plan, wanted: readonly string[]): string[] {
  const networks = new Set<string>();
  for (const { call, operands } of tensorsFor(plan, wanted, new Set())) {
    for (const each of [...(call ? [call] : []), ...operands])
      mentions(each).networks.forEach((name) => networks.add(name));
  }
  return [...networks];
}

/** The tensors that must be computed for the wanted ones, in the plan's order; given ones are not. */
function tensorsFor(
  plan: Plan,
  wanted: readonly string[],
  given: ReadonlySet<string>,
): readonly TensorPlan[] {
  const byName = new Map(plan.tensors.map((tensor) => [tensor.name, tensor]));
  const needed = new Set<string>();
  const visit = (name: string): void => {
    const tensor = byName.get(name);
    if (!tensor || given.has(name) || needed.has(name)) return;
    needed.add(name);
    for (const call of [...(tensor.call ? [tensor.call] : []), ...tensor.operands])
      mentions(call).names.forEach(visit);
  };
  wanted.forEach(visit);
  return plan.tensors.filter((tensor) => needed.has(tensor.name));
}

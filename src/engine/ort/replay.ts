import * as tf from '@tensorflow/tfjs';
import { feeding, type Repeater } from '../../core/repeat.js';
import type { OrtBackend } from './backend.js';
import { identity, sameNumbers } from './layout.js';
import type { Layout } from './layout.js';
import type { Storage, TypedArray } from './memory/storage.js';
import type { Shape } from './dtype.js';
import { leaf } from './node.js';
import type { Numbering } from './numbering.js';
import type { Plan } from './plan.js';

/** Brings in one fed value. */
interface FedSource<C> {
  readonly kind: 'fed';
  readonly shape: Shape;
  readonly value: (context: C) => Float32Array | number;
}

/** A variable, as it is when the program is run. */
interface VariableSource {
  readonly kind: 'variable';
  readonly variable: tf.Variable;
  /** The plan was made for this layout. */
  readonly layout: Layout;
  /** Whether the plan writes over it, so that nobody else may hold its memory. */
  readonly overwritten: boolean;
}

/** A value that the program itself makes; the same in every repetition. */
interface ConstantSource {
  readonly kind: 'constant';
  readonly storage: Storage;
}

type Source<C> = FedSource<C> | VariableSource | ConstantSource;

/** A program as its plan, with where each input comes from and where each output goes. */
interface Binding<C> {
  readonly signature: string;
  readonly plan: Plan;
  /** By place in the numbering's order. */
  readonly sources: ReadonlyMap<number, Source<C>>;
  readonly assigned: readonly { readonly variable: tf.Variable; readonly index: number }[];
  readonly results: readonly { readonly index: number; readonly shape: Shape }[];
}

/** What is known of a program: how it was bound last, and whether two recordings agreed on it. */
interface Seen<C> {
  readonly binding: Binding<C>;
  readonly confirmed: boolean;
}

/**
 * Runs a program that it has seen without recording it again: the plan of its graph is known, and so is what each of its
 * inputs stands for. At 64 px, tfjs's bookkeeping and ours would take as long as a third of the computing.
 *
 * A program is recorded at least twice. Only when both recordings gave the same graph, with the same values wherever
 * nothing was fed, is it repeated; and only as long as the variables' memory is as that graph expects it.
 */
export class OrtRepeater<C> implements Repeater<C> {
  private readonly seen = new Map<string, Seen<C>>();

  constructor(private readonly backend: OrtBackend) {}

  run(key: string, context: C, program: Parameters<Repeater<C>['run']>[2]): tf.Tensor[] {
    this.backend.flush();
    const seen = this.seen.get(key);
    return (
      (seen?.confirmed ? this.repeat(seen.binding, context) : null) ?? this.record(key, context, program)
    );
  }

  private record(key: string, context: C, program: Parameters<Repeater<C>['run']>[2]): tf.Tensor[] {
    const { backend } = this;
    const variables = variablesByStorage(backend);
    const fed = new Map<Storage, FedSource<C>>();
    const flushes = backend.stats.flushes;
    const results = tf.tidy(() => [
      ...program(
        feeding((shape, value) => {
          const tensor = tf.tensor(value(context), [...shape]);
          const storage = backend.leafOf(tensor)!;
          storage.varies = true;
          fed.set(storage, { kind: 'fed', shape, value });
          return tensor;
        }),
      ),
    ]);
    // A program that reads a value on its way is computed in pieces, and cannot be repeated as one.
    const whole = backend.stats.flushes === flushes;
    let binding: Binding<C> | null = null;
    backend.flush((numbering, plan) => {
      if (whole) binding = bind(backend, numbering, plan, { variables, fed, results });
    });
    this.remember(key, binding);
    return results;
  }

  private remember(key: string, binding: Binding<C> | null): void {
    const before = this.seen.get(key)?.binding;
    if (binding) this.seen.set(key, { binding, confirmed: before !== undefined && agree(before, binding) });
    else this.seen.delete(key);
  }

  /** @returns null where the variables are not as the plan needs them; nothing has then happened. */
  private repeat(
    { signature, plan, sources, assigned, results }: Binding<C>,
    context: C,
  ): tf.Tensor[] | null {
    const { backend } = this;
    if (!backend.keeps(signature, plan)) return null;
    const storages = new Map<number, Storage>();
    for (const [index, source] of sources) {
      if (source.kind !== 'variable') continue;
      const storage = backend.leafOf(source.variable);
      if (!storage || !sameNumbers(storage.layout, source.layout)) return null;
      if (source.overwritten && !backend.isSoleHolder(source.variable)) return null;
      storages.set(index, storage);
    }
    const fed: Storage[] = [];
    for (const [index, source] of sources) {
      if (source.kind === 'constant') storages.set(index, source.storage);
      if (source.kind !== 'fed') continue;
      const storage = fedStorage(source, context);
      fed.push(storage);
      storages.set(index, storage);
    }
    const computed = backend.executor.execute(plan, (index) => storages.get(index)!);
    const tensors = results.map(({ index, shape }) =>
      tf
        .engine()
        .makeTensorFromTensorInfo(backend.expose(leaf(computed.get(index)!, shape, 'float32')), backend),
    );
    backend.exchange(new Map(assigned.map(({ variable, index }) => [variable, computed.get(index)!])));
    for (const storage of [...fed, ...computed.values()]) backend.recycle(storage);
    return tensors;
  }
}

function fedStorage<C>({ shape, value }: FedSource<C>, context: C): Storage {
  const made = value(context);
  const data = typeof made === 'number' ? Float32Array.of(made) : made;
  return { data, layout: identity(shape.length), pooled: false, holders: 0 };
}

const allVariables = (): tf.Variable[] => Object.values(tf.engine().registeredVariables);

/** All variables there are, by the memory behind them; null for memory that two share. */
function variablesByStorage(backend: OrtBackend): Map<Storage, tf.Variable | null> {
  const variables = new Map<Storage, tf.Variable | null>();
  for (const variable of allVariables()) {
    const storage = backend.leafOf(variable);
    if (!storage) continue;
    storage.varies = true;
    variables.set(storage, variables.has(storage) ? null : variable);
  }
  return variables;
}

/** What a recording found. */
interface Recording<C> {
  readonly variables: ReadonlyMap<Storage, tf.Variable | null>;
  readonly fed: ReadonlyMap<Storage, FedSource<C>>;
  readonly results: readonly tf.Tensor[];
}

/** @returns null where the program's inputs and outputs are not all fed values, variables, constants and its result. */
function bind<C>(
  backend: OrtBackend,
  { order, outputs, signature }: Numbering,
  plan: Plan,
  { variables, fed, results }: Recording<C>,
): Binding<C> | null {
  const overwritten = new Set(plan.updates.flatMap(({ state }) => state));
  const leaves = new Set([
    ...plan.inputs.map(({ index }) => index),
    ...plan.updates.flatMap(({ state, stepSize, epsilon }) => [...state, stepSize, epsilon]),
  ]);
  const sources = new Map<number, Source<C>>();
  for (const index of leaves) {
    const storage = order[index]!.storage!;
    const feed = fed.get(storage);
    const variable = variables.get(storage);
    if (variable === null) return null;
    if (feed) sources.set(index, feed);
    else if (variable) {
      const { layout } = storage;
      sources.set(index, { kind: 'variable', variable, layout, overwritten: overwritten.has(index) });
    } else {
      const { data, layout } = storage;
      const copy: Storage = { data: data.slice(), layout, pooled: false, holders: 1 };
      sources.set(index, { kind: 'constant', storage: copy });
    }
  }
  const assigned: { variable: tf.Variable; index: number }[] = [];
  for (const variable of allVariables()) {
    const pending = backend.pendingOf(variable);
    if (pending) assigned.push({ variable, index: pending.canonical.index });
    else if (variables.get(backend.leafOf(variable)!) !== variable) return null; // assigned what was known already
  }
  const values = results.map((tensor) => backend.pendingOf(tensor));
  const handedOut = values.map((value) => {
    return value?.dtype === 'float32' ? { index: value.canonical.index, shape: value.shape } : null;
  });
  const known = handedOut.filter((result) => result !== null);
  if (known.length < results.length) return null;
  const accounted = new Set([...known, ...assigned].map(({ index }) => index));
  if (outputs.some(({ index }) => !accounted.has(index))) return null;
  return { signature, plan, sources, assigned, results: known };
}

/** Whether two recordings of a program do the same on the same variables, with equal constants. */
function agree<C>(a: Binding<C>, b: Binding<C>): boolean {
  return (
    a.plan === b.plan &&
    sameNumbers(
      a.results.map(({ index }) => index),
      b.results.map(({ index }) => index),
    ) &&
    a.assigned.length === b.assigned.length &&
    a.assigned.every(({ variable, index }, i) => {
      return variable === b.assigned[i]!.variable && index === b.assigned[i]!.index;
    }) &&
    a.sources.size === b.sources.size &&
    [...a.sources].every(([index, source]) => sameSource(source, b.sources.get(index)))
  );
}

function sameSource<C>(a: Source<C>, b: Source<C> | undefined): boolean {
  switch (a.kind) {
    case 'fed':
      return b?.kind === 'fed' && sameNumbers(a.shape, b.shape);
    case 'variable':
      return b?.kind === 'variable' && a.variable === b.variable && sameNumbers(a.layout, b.layout);
    case 'constant':
      return b?.kind === 'constant' && sameBits(a.storage.data, b.storage.data);
  }
}

function sameBits(a: TypedArray, b: TypedArray): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: TypedArray): Buffer =>
    Buffer.from(buffer, byteOffset, byteLength);
  return bytes(a).equals(bytes(b));
}

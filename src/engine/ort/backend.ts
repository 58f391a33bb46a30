import * as tf from '@tensorflow/tfjs';
import { PlanCache } from './cache.js';
import { compile } from './compile.js';
import { type BackendOptions, Executor } from './executor.js';
import { reshaped } from './kernels/shape.js';
import { identity, sameNumbers } from './layout.js';
import { copyOut } from './memory/reside.js';
import { arrayOf, type Storage, type TypedArray } from './memory/storage.js';
import type { DType } from './dtype.js';
import { leaf, type Node } from './node.js';
import { type Numbering, numberValues } from './numbering.js';
import type { Plan } from './plan.js';
import { newStats, type Stats, timed } from './stats.js';

/**
 * A tfjs backend that computes nothing when tfjs runs a kernel: it records. When a value is read, or on `flush`, all
 * pending nodes that tensors still hold are compiled to one ONNX graph, cached by its structure, and run. What was
 * disposed until then is never computed.
 *
 * An array given to `tf.tensor` is read at that time, not before: it must not be changed in between.
 */
export class OrtBackend extends tf.KernelBackend {
  private readonly held: tf.DataStorage<Held>;
  /** Pending nodes that tensors hold. */
  private readonly pending = new Set<Node>();
  /** Storages that no tensor holds any more, but that pending nodes may read. */
  private readonly dropped = new Set<Storage>();
  private readonly plans = new PlanCache();
  readonly stats: Stats = newStats();
  /** Runs plans. */
  readonly executor: Executor;

  constructor(private readonly options: BackendOptions) {
    super();
    this.executor = new Executor(options, this.stats);
    this.held = new tf.DataStorage(this, tf.engine());
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: object,
    values: tf.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    const data = toArray(values, dtype);
    const storage = { data, layout: identity(shape.length), pooled: false, holders: 0 };
    this.hold(leaf(storage, [...shape], dtype as DType), dataId, refCount);
  }

  override read(dataId: object): Promise<tf.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override readSync(dataId: object): tf.BackendValues {
    const { node } = this.held.get(dataId);
    if (!node.storage) this.flush();
    return copyOut(node.storage!, node.shape, identity(node.shape.length));
  }

  override refCount(dataId: object): number {
    return this.held.has(dataId) ? this.held.get(dataId).references : 0;
  }

  override incRef(dataId: object): void {
    this.held.get(dataId).references++;
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.held.has(dataId)) return true;
    const entry = this.held.get(dataId);
    entry.references--;
    if (!force && entry.references > 0) return false;
    this.held.delete(dataId);
    this.release(entry.node);
    return true;
  }

  override numDataIds(): number {
    return this.held.numDataIds();
  }

  override memory(): { unreliable: boolean; reasons?: string[] } {
    return {
      unreliable: true,
      reasons: ['Pending tensors have no bytes yet, and disposed ones leave theirs in a pool.'],
    };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return true;
  }

  override time(run: () => void): Promise<tf.BackendTimingInfo> {
    this.flush();
    const start = performance.now();
    run();
    this.flush();
    return Promise.resolve({ kernelMs: performance.now() - start });
  }

  override dispose(): void {
    this.pending.clear();
    this.dropped.clear();
    this.plans.clear();
  }

  /** The node behind one of tfjs's tensors, fetched from another backend if it lives there. */
  nodeOf({ dataId, shape }: tf.TensorInfo): Node {
    const { node } = this.held.get(dataId);
    // tfjs may reinterpret a tensor's shape without running a kernel.
    return sameNumbers(node.shape, shape) ? node : reshaped(node, [...shape]);
  }

  /** Whether the tensor's value is known without computing anything. */
  isPending({ dataId }: tf.TensorInfo): boolean {
    return this.held.has(dataId) && this.held.get(dataId).node.storage === null;
  }

  /** Hands a node to tfjs. */
  expose(node: Node): tf.TensorInfo {
    const dataId = {};
    if (!node.storage && node.size === 0) {
      node.settle({
        data: new arrayOf[node.dtype](0),
        layout: identity(node.shape.length),
        pooled: false,
        holders: 0,
      });
    }
    this.hold(node, dataId, 1);
    return { dataId, shape: node.shape as number[], dtype: node.dtype };
  }

  /**
   * Computes every pending node that a tensor holds.
   * @param observe is called with what is about to be computed, while the leaves still have their old values.
   */
  flush(observe?: (numbering: Numbering, plan: Plan) => void): void {
    if (this.pending.size === 0) return;
    const numbering = timed(this.stats, 'recordMs', () => numberValues(this.pending));
    const plan = this.plans.get(numbering.signature, () => {
      this.stats.compiles++;
      return timed(this.stats, 'compileMs', () => compile(numbering, this.options));
    });
    this.stats.nodes = numbering.order.length;
    observe?.(numbering, plan);
    this.settle(this.executor.execute(plan, (index) => numbering.order[index]!.storage!));
  }

  /** Turns what was pending into leaves, and recycles what nothing holds any more. */
  private settle(computed: ReadonlyMap<number, Storage>): void {
    for (const node of this.pending) {
      const storage = computed.get(node.canonical.index)!;
      node.settle(storage);
      storage.holders++;
    }
    this.pending.clear();
    for (const storage of [...this.dropped, ...computed.values()]) this.recycle(storage);
    this.dropped.clear();
  }

  /** The leaf that a tensor is now; null where it is pending, or where other tensors share its data. */
  leafOf({ dataId }: tf.TensorInfo): Storage | null {
    const { node, references } = this.held.get(dataId);
    return references === 1 ? node.storage : null;
  }

  /** Whether no other tensor has the memory of this one. */
  isSoleHolder({ dataId }: tf.TensorInfo): boolean {
    const { node, references } = this.held.get(dataId);
    return references === 1 && node.holders === 1 && node.storage?.holders === 1;
  }

  /** The pending value of a tensor; null where it is known. */
  pendingOf({ dataId }: tf.TensorInfo): Node | null {
    const { node } = this.held.get(dataId);
    return node.storage ? null : node;
  }

  /** Gives tensors other values, all at once; what they were before is recycled. No tensor may share their data. */
  exchange(values: ReadonlyMap<tf.TensorInfo, Storage>): void {
    const before: Node[] = [];
    for (const [{ dataId, shape, dtype }, storage] of values) {
      const entry = this.held.get(dataId);
      if (entry.node.storage === storage) continue;
      before.push(entry.node);
      this.hold(leaf(storage, shape, dtype as DType), dataId, entry.references);
    }
    before.forEach((node) => this.release(node));
  }

  /** Whether a plan can be run again. */
  keeps(signature: string, plan: Plan): boolean {
    return this.plans.touch(signature, plan);
  }

  private hold(node: Node, dataId: object, references: number): void {
    this.held.set(dataId, { node, references });
    if (node.holders++ > 0) return;
    if (node.storage) node.storage.holders++;
    else this.pending.add(node);
  }

  private release(node: Node): void {
    if (--node.holders > 0) return;
    if (!node.storage) this.pending.delete(node);
    else if (--node.storage.holders === 0) {
      if (this.pending.size > 0) this.dropped.add(node.storage);
      else this.recycle(node.storage);
    }
  }

  /** Gives memory back that nothing holds any more. */
  recycle(storage: Storage): void {
    if (storage.holders > 0 || !storage.pooled) return;
    this.options.pool.give(storage.data);
    storage.pooled = false; // what is listed twice is given back once
  }
}

/** What tfjs knows of a node by one data id. */
interface Held {
  readonly node: Node;
  /** Tensors that share the data id. */
  references: number;
}

function toArray(values: tf.BackendValues, dtype: tf.DataType): TypedArray {
  if (!(dtype in arrayOf))
    throw new Error(`Engine 'ort' has no ${dtype} tensors; cast them or use engine 'cpu'.`);
  const type = arrayOf[dtype as DType];
  return values instanceof type ? values : type.from(values as ArrayLike<number>);
}

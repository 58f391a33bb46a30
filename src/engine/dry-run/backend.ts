import * as tf from '@tensorflow/tfjs';
import { arrayOf } from '../ort/memory/storage.js';
import { type DType, sizeOf } from '../ort/dtype.js';
import { leaf, type Node } from '../ort/node.js';
import { identity } from '../ort/layout.js';
import { kernels } from '../ort/kernels/index.js';

export const NAME = 'dry-run';

interface Held {
  readonly node: Node;
  references: number;
}

/** A tfjs backend whose tensors have shapes and no values: all reads give zeros. ort's recorder infers the shapes. */
export class ShapeBackend extends tf.KernelBackend {
  private readonly held = new tf.DataStorage<Held>(this, tf.engine());

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: object,
    _values: tf.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    this.held.set(dataId, { node: blank(shape, dtype as DType), references });
  }

  override read(dataId: object): Promise<tf.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override readSync(dataId: object): tf.BackendValues {
    const { shape, dtype } = this.held.get(dataId).node;
    return new arrayOf[dtype](sizeOf(shape));
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
    return true;
  }

  override numDataIds(): number {
    return this.held.numDataIds();
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    // Its tensors hold no memory.
  }

  /** A kernel that infers the shape of its result. */
  kernel(name: string): tf.KernelFunc {
    const kernel = kernels.find((each) => each.name === name);
    if (!kernel) return (call) => this.computed(name, call);
    return ({ inputs, attrs }) => {
      const nodes = Object.entries(inputs).filter(([, info]) => (info as object | undefined) !== undefined);
      const result = kernel.record(
        Object.fromEntries(nodes.map(([key, info]) => [key, blank(info!.shape, info!.dtype as DType)])),
        attrs ?? {},
      );
      return Array.isArray(result) ? result.map((node) => this.expose(node)) : this.expose(result);
    };
  }

  /** Where ort has no rule for the shape, tfjs's cpu kernel computes it from zeros. */
  private computed(
    name: string,
    { inputs, attrs }: Parameters<tf.KernelFunc>[0],
  ): tf.TensorInfo | tf.TensorInfo[] {
    const cpu = tf.engine().findBackend('cpu');
    const zeros = Object.entries(inputs).map(([key, info]) => {
      const { shape, dtype } = info!;
      const values = new arrayOf[dtype as DType](sizeOf(shape));
      return [key, { dataId: cpu.write(values, shape, dtype), shape, dtype }] as const;
    });
    const run = tf.getKernel(name, 'cpu').kernelFunc;
    const results = [run({ inputs: Object.fromEntries(zeros), attrs: attrs ?? {}, backend: cpu })].flat();
    const infos = results.map(({ shape, dtype }) => this.expose(blank(shape, dtype as DType)));
    for (const { dataId } of [...results, ...zeros.map(([, info]) => info)]) cpu.disposeData(dataId, true);
    return infos.length === 1 ? infos[0]! : infos;
  }

  private expose({ shape, dtype }: Node): tf.TensorInfo {
    const dataId = {};
    this.held.set(dataId, { node: blank(shape, dtype), references: 1 });
    return { dataId, shape: [...shape], dtype };
  }
}

function blank(shape: readonly number[], dtype: DType): Node {
  const storage = { data: new arrayOf[dtype](0), layout: identity(shape.length), pooled: false, holders: 0 };
  return leaf(storage, shape, dtype);
}

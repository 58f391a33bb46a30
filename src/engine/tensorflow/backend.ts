import type { DataId, DataStorage, Tensor, TensorInfo } from '@tensorflow/tfjs';

/** An attribute of a TensorFlow operation, as the addon takes it. */
export interface OpAttr {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

/** A tensor that lives in TensorFlow. */
export interface OutputMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** The part used here of tfjs-node's addon (binding/tfjs_binding.cc of tfjs-node 4.22). */
export interface Binding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  isUsingGpuDevice(): boolean;
  createTensor(shape: readonly number[], dtype: number, values: Float32Array): number;
  deleteTensor(id: number): void;
  executeOp(
    name: string,
    attrs: readonly OpAttr[],
    inputs: readonly number[],
    outputs: number,
  ): OutputMetadata[];
}

/** Where tfjs-node keeps what a tfjs tensor stands for. */
export interface StoredTensor {
  /** -1 until `values` have been handed to TensorFlow. */
  id: number;
  values: unknown;
  refCount: number;
}

/** tfjs-node's backend (`NodeJSKernelBackend` of tfjs-node 4.22). */
export interface TensorflowBackend {
  readonly binding: Binding;
  readonly tensorMap: DataStorage<StoredTensor>;
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  createOutputTensor(metadata: OutputMetadata): Tensor;
  incRef(dataId: DataId): void;
  refCount(dataId: DataId): number;
  disposeData(dataId: DataId, force?: boolean): boolean;
}

/** Runs an operation of TensorFlow's. */
export function executeOp(
  backend: TensorflowBackend,
  op: string,
  inputs: readonly TensorInfo[],
  outputs: number,
  attrs: readonly OpAttr[],
): Tensor[] {
  return backend.binding
    .executeOp(op, attrs, backend.getInputTensorIds(inputs), outputs)
    .map((metadata) => backend.createOutputTensor(metadata));
}

/** The attribute that says that the type of this name is float32. */
export const floats = (binding: Binding, name: string): OpAttr => ({
  name,
  type: binding.TF_ATTR_TYPE,
  value: binding.TF_FLOAT,
});

import type { Layout } from '../layout.js';
import type { DType } from '../dtype.js';

export type TypedArray = Float32Array | Int32Array | Uint8Array;

export const arrayOf = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
} satisfies Record<DType, new (length: number) => TypedArray>;

/** The memory behind leaf nodes. Nodes found to have the same value share one. */
export interface Storage {
  data: TypedArray;
  /** How the data lies in memory. */
  layout: Layout;
  /** False for an array that the user handed to tfjs: never written to, never pooled, and not to be mutated by the
   * user before the flush that first reads it. */
  pooled: boolean;
  /** Nodes that hold this storage and are themselves held by a tensor. At 0 the data may be overwritten after the
   * next flush. */
  holders: number;
  /** True for a value of which another repetition of the program has another: it equals no other, even by chance. */
  varies?: boolean;
}

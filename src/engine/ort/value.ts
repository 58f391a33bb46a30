import type { Layout } from './layout.js';
import type { DType, Shape } from './dtype.js';

/** A node's value inside the ONNX graph that is being built. */
export interface Value {
  /** Its name in the ONNX graph. */
  readonly name: string;
  /** The shape that tfjs sees. */
  readonly shape: Shape;
  readonly dtype: DType;
  readonly layout: Layout;
  /**
   * Physical dims: those of `shape` in `layout`, except that a dim is 1 where the value is the same along it and has
   * not been expanded yet; `[]` for a scalar that stands for the whole shape.
   */
  readonly dims: readonly number[];
  /**
   * True when the layout is only how a leaf happens to be stored, which differs between a run and its resumption.
   * Operations whose rounding depends on the order in memory first bring such a value into logical order.
   */
  readonly incidental: boolean;
}

import type { KernelConfig, NamedAttrMap, Tensor, Tensor4D, TensorInfo } from '@tensorflow/tfjs';
import type { Tf } from '../../../core/ops.js';

/** Rows before and after, columns before and after. */
export type Margins = readonly [[number, number], [number, number]];

/** A call of a kernel, with tfjs-node's own kernel of that name. */
export interface Call {
  readonly inputs: Readonly<Record<string, Tensor4D>>;
  readonly attrs: NamedAttrMap;
  /** With other inputs, and some other attributes. */
  readonly stock: (inputs: Readonly<Record<string, Tensor>>, more: NamedAttrMap) => Tensor4D;
}

/** A kernel that does its work by way of tfjs-node's. */
export function aroundStock(
  tf: Tf,
  backendName: string,
  kernelName: string,
  run: (call: Call) => TensorInfo,
): KernelConfig {
  const { kernelFunc } = tf.getKernel(kernelName, backendName);
  return {
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) =>
      run({
        inputs: inputs as Record<string, Tensor4D>,
        attrs: attrs ?? {},
        stock: (with_, more) =>
          kernelFunc({ inputs: with_, attrs: { ...attrs, ...more }, backend }) as unknown as Tensor4D,
      }),
  };
}

/** The images with margins of a value around each. */
export const withMargins = (tf: Tf, x: Tensor4D, [rows, columns]: Margins, value = 0): Tensor4D =>
  tf.pad(x, [[0, 0], rows, columns, [0, 0]], value);

/** The images without the margins that `withMargins` put around them. @param shape of the result. */
export function withoutMargins(
  tf: Tf,
  x: Tensor4D,
  [rows, columns]: Margins,
  shape: readonly number[],
): Tensor4D {
  const cropped = tf.slice(x, [0, rows[0], columns[0], 0], [...shape] as [number, number, number, number]);
  x.dispose();
  return cropped;
}

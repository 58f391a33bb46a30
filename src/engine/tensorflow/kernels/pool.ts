import type { KernelConfig, NamedAttrMap, Tensor4D } from '@tensorflow/tfjs';
import type { Tf } from '../../../core/ops.js';
import { aroundStock, type Call, type Margins, withMargins, withoutMargins } from './stock.js';

/** Below every activation: a margin that is never the largest. */
const LOWEST = -3.4e38;

/** Pooling with padding that is given in pixels, which tfjs-node's kernels refuse: the image is padded beforehand. */
export function poolKernels(tf: Tf, backendName: string): KernelConfig[] {
  const padded = (
    kernelName: string,
    input: string,
    run: (call: Call, x: Tensor4D, margins: Margins) => Tensor4D,
  ): KernelConfig =>
    aroundStock(tf, backendName, kernelName, (call) => {
      const x = call.inputs[input]!;
      const margins = marginsOf(tf, x, call.attrs);
      return margins ? run(call, x, margins) : call.stock(call.inputs, {});
    });
  const valid = { pad: 'valid' } as const;
  return [
    padded('MaxPool', 'x', ({ stock }, x, margins) => {
      const wide = withMargins(tf, x, margins, LOWEST);
      const y = stock({ x: wide }, valid);
      wide.dispose();
      return y;
    }),
    padded('MaxPoolGrad', 'input', ({ inputs, stock }, x, margins) => {
      const wide = withMargins(tf, x, margins, LOWEST);
      const dx = stock({ ...inputs, input: wide }, valid);
      wide.dispose();
      return withoutMargins(tf, dx, margins, x.shape);
    }),
    // The mean of the pixels that there are: that of all, by the share of a window that lies in the image.
    padded('AvgPool', 'x', ({ stock }, x, margins) =>
      tf.tidy(() => {
        const [, height, width] = x.shape;
        const image = withMargins(tf, tf.ones([1, height, width, 1]), margins);
        return tf.div(stock({ x: withMargins(tf, x, margins) }, valid), stock({ x: image }, valid));
      }),
    ),
  ];
}

/** Absent where the padding is one that TensorFlow knows by name. */
function marginsOf(tf: Tf, x: Tensor4D, attrs: NamedAttrMap): Margins | undefined {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const { padInfo } = tf.backend_util.computePool2DInfo(
    x.shape,
    filterSize as number,
    strides as number,
    1,
    pad as number,
    dimRoundingMode as 'floor',
  );
  const { type, top, bottom, left, right } = padInfo;
  if (type === 'SAME' || type === 'VALID') return undefined;
  return [
    [top, bottom],
    [left, right],
  ];
}

import type { NamedAttrMap, Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { Tf } from '../../core/ops.js';
import { type Gradients, runKernel, zeros } from './config.js';

export const poolingGradients: Gradients = (tf) => [
  {
    // tfjs divides by the whole window where part of it lies in the padding, and cannot differentiate again.
    kernelName: 'AvgPool',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({ x: () => avgPoolGradient(tf, dy as Tensor, x as Tensor4D, attrs) }),
  },
  {
    kernelName: 'MaxPoolGrad',
    inputsToSave: ['dy', 'input', 'output'],
    gradFunc: (ddx, [, input, output], attrs) => ({
      dy: () => atMaxima(tf, ddx as Tensor4D, input as Tensor4D, output as Tensor4D, attrs),
      // Which element is the largest changes at single points only.
      input: () => zeros(tf, input!),
      output: () => zeros(tf, output!),
    }),
  },
];

interface PoolAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: number | 'same' | 'valid';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}
type PoolInfo = ReturnType<Tf['backend_util']['computePool2DInfo']>;

function poolInfo(tf: Tf, x: Tensor4D, attrs: NamedAttrMap): PoolInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolAttrs;
  return tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
}

/** Spreads dy / count over every window: the transpose of a depthwise convolution with ones, on the padded image. */
function avgPoolGradient(tf: Tf, dy: Tensor, x: Tensor4D, attrs: NamedAttrMap): Tensor {
  const info = poolInfo(tf, x, attrs);
  const { batchSize, inHeight, inWidth, inChannels, filterHeight, filterWidth, padInfo } = info;
  const { top, bottom, left, right } = padInfo;
  const padded = [batchSize, inHeight + top + bottom, inWidth + left + right, inChannels];
  const isPadded = top + bottom + left + right > 0;
  const share = isPadded
    ? tf.tensor(windowShares(info), [1, info.outHeight, info.outWidth, 1])
    : tf.scalar(1 / (filterHeight * filterWidth));
  const spread = runKernel(
    tf,
    'DepthwiseConv2dNativeBackpropInput',
    { dy: tf.mul(dy, share), filter: tf.fill([filterHeight, filterWidth, inChannels, 1], 1) },
    {
      inputShape: padded,
      strides: [info.strideHeight, info.strideWidth],
      pad: 'valid',
      dilations: [1, 1],
    },
  );
  return isPadded ? tf.slice(spread, [0, top, left, 0], x.shape) : spread;
}

/** 1 / (pixels of the image in each window). */
function windowShares(info: PoolInfo): Float32Array {
  const covered = (at: number, kernel: number, size: number) => Math.min(at + kernel, size) - Math.max(at, 0);
  return Float32Array.from({ length: info.outHeight * info.outWidth }, (_, i) => {
    const top = Math.floor(i / info.outWidth) * info.strideHeight - info.padInfo.top;
    const left = (i % info.outWidth) * info.strideWidth - info.padInfo.left;
    const rows = covered(top, info.filterHeight, info.inHeight);
    return 1 / (rows * covered(left, info.filterWidth, info.inWidth));
  });
}

/** Of every window the value at the place of x's largest one, the first of equals. */
function atMaxima(tf: Tf, values: Tensor4D, x: Tensor4D, largest: Tensor4D, attrs: NamedAttrMap): Tensor {
  const info = poolInfo(tf, x, attrs);
  const { padInfo, strideHeight, strideWidth, outHeight, outWidth } = info;
  const margins: [number, number][] = [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ];
  const padded = [tf.pad(x, margins, -3.4e38), tf.pad(values, margins)] as const;
  let open = tf.fill(largest.shape, 1);
  let found = tf.fill(largest.shape, 0);
  for (let row = 0; row < info.filterHeight; row++) {
    for (let column = 0; column < info.filterWidth; column++) {
      const [inputs, chosen] = padded.map((image) =>
        tf.stridedSlice(
          image,
          [0, row, column, 0],
          [
            info.batchSize,
            row + (outHeight - 1) * strideHeight + 1,
            column + (outWidth - 1) * strideWidth + 1,
            info.inChannels,
          ],
          [1, strideHeight, strideWidth, 1],
        ),
      ) as [Tensor, Tensor];
      const here = tf.mul(open, tf.cast(tf.equal(inputs, largest), 'float32'));
      found = tf.add(found, tf.mul(here, chosen));
      open = tf.sub(open, here);
    }
  }
  return found;
}

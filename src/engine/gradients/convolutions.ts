import type { NamedAttrMap, Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { Tf } from '../../core/ops.js';
import { type Gradients, runKernel } from './config.js';

/** The attributes of a convolution that its gradients' kernels share. */
function geometry(attrs: NamedAttrMap): NamedAttrMap {
  const shared = ['strides', 'pad', 'dimRoundingMode'];
  return Object.fromEntries(Object.entries(attrs).filter(([key]) => shared.includes(key)));
}

export const convolutionGradients: Gradients = (tf) => [
  {
    kernelName: 'Conv2D',
    inputsToSave: ['x', 'filter'],
    gradFunc(dy, [x, filter], attrs) {
      if (!tf.backend_util.tupleValuesAreOne((attrs['dilations'] ?? 1) as number))
        return dilatedGradients(tf, dy as Tensor4D, x as Tensor4D, filter as Tensor4D, attrs);
      const shared = { ...geometry(attrs), dataFormat: 'NHWC' };
      const inputs = { dy: dy as Tensor };
      return {
        x: () =>
          runKernel(
            tf,
            'Conv2DBackpropInput',
            { ...inputs, filter: filter! },
            { ...shared, inputShape: x!.shape },
          ),
        filter: () =>
          runKernel(
            tf,
            'Conv2DBackpropFilter',
            { ...inputs, x: x! },
            { ...shared, filterShape: filter!.shape },
          ),
      };
    },
  },
  {
    // Bilinear in x and dy, so its derivatives are the two other convolutions.
    kernelName: 'Conv2DBackpropFilter',
    inputsToSave: ['x', 'dy'],
    gradFunc(ddw, [x, dy], attrs) {
      const shared = { ...geometry(attrs), dataFormat: 'NHWC' };
      const filter = ddw as Tensor;
      return {
        x: () =>
          runKernel(tf, 'Conv2DBackpropInput', { dy: dy!, filter }, { ...shared, inputShape: x!.shape }),
        dy: () => runKernel(tf, 'Conv2D', { x: x!, filter }, { ...shared, dilations: 1 }),
      };
    },
  },
  {
    kernelName: 'DepthwiseConv2dNativeBackpropInput',
    inputsToSave: ['dy', 'filter'],
    gradFunc(ddx, [dy, filter], attrs) {
      const shared = { ...geometry(attrs), dataFormat: 'NHWC', dilations: [1, 1] };
      const x = ddx as Tensor;
      return {
        dy: () => runKernel(tf, 'DepthwiseConv2dNative', { x, filter: filter! }, shared),
        filter: () =>
          runKernel(
            tf,
            'DepthwiseConv2dNativeBackpropFilter',
            { x, dy: dy! },
            { ...shared, filterShape: filter!.shape },
          ),
      };
    },
  },
  {
    kernelName: 'DepthwiseConv2dNativeBackpropFilter',
    inputsToSave: ['x', 'dy'],
    gradFunc(ddw, [x, dy], attrs) {
      const shared = { ...geometry(attrs), dataFormat: 'NHWC', dilations: [1, 1] };
      const filter = ddw as Tensor;
      return {
        x: () =>
          runKernel(
            tf,
            'DepthwiseConv2dNativeBackpropInput',
            { dy: dy!, filter },
            { ...shared, inputShape: x!.shape },
          ),
        dy: () => runKernel(tf, 'DepthwiseConv2dNative', { x: x!, filter }, shared),
      };
    },
  },
];

/**
 * Gradients of a dilated convolution, which tfjs has none of: every d-th row and column of the image, put into a batch of
 * d x d images, meets the filter as in a convolution without holes.
 */
function dilatedGradients(tf: Tf, dy: Tensor4D, x: Tensor4D, filter: Tensor4D, attrs: NamedAttrMap) {
  const dilations = attrs['dilations'] as number | [number, number];
  const info = tf.backend_util.computeConv2DInfo(
    x.shape,
    filter.shape,
    1, // tfjs lets a convolution have strides or dilations, not both
    dilations,
    attrs['pad'] as Parameters<typeof tf.backend_util.computeConv2DInfo>[4],
    attrs['dimRoundingMode'] as 'floor' | undefined,
  );
  const { padInfo, dilationHeight, dilationWidth, inHeight, inWidth, outHeight, outWidth } = info;
  const blocks = [dilationHeight, dilationWidth];
  const fill = (size: number, block: number) => Math.ceil(size / block) * block - size;
  const rows = [padInfo.top, padInfo.bottom + fill(inHeight + padInfo.top + padInfo.bottom, dilationHeight)];
  const columns = [padInfo.left, padInfo.right + fill(inWidth + padInfo.left + padInfo.right, dilationWidth)];
  const images = tf.spaceToBatchND(x, blocks, [rows, columns]);
  // As many rows as the convolution of the images makes: beyond dy's own there is nothing that counts.
  const [, height, width] = images.shape;
  const made = (size: number, kernel: number, block: number, out: number) =>
    (size - kernel + 1) * block - out;
  const maps = tf.spaceToBatchND(dy, blocks, [
    [0, made(height, filter.shape[0], dilationHeight, outHeight)],
    [0, made(width, filter.shape[1], dilationWidth, outWidth)],
  ]);
  const shared = { strides: 1, pad: 'valid', dataFormat: 'NHWC' };
  return {
    x: () =>
      tf.batchToSpaceND(
        runKernel(
          tf,
          'Conv2DBackpropInput',
          { dy: maps, filter },
          { ...shared, inputShape: images.shape },
        ) as Tensor4D,
        blocks,
        [rows, columns],
      ),
    filter: () =>
      runKernel(
        tf,
        'Conv2DBackpropFilter',
        { x: images, dy: maps },
        { ...shared, filterShape: filter.shape },
      ),
  };
}

import * as tf from '@tensorflow/tfjs';
import { conv } from '../lowerings/conv.js';
import { convFilterGradient } from '../lowerings/conv-filter-gradient.js';
import { convInputGradient } from '../lowerings/conv-input-gradient.js';
import type { ConvGeometry } from '../lowerings/geometry.js';
import type { Shape } from '../dtype.js';
import type { Node } from '../node.js';
import { kernel, type Kernel, record } from './kernel.js';

export type Pad = Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
type Size4 = [number, number, number, number];

interface ConvAttrs {
  strides: number | [number, number];
  pad: Pad;
  dataFormat?: 'NHWC' | 'NCHW';
  dilations?: number | [number, number];
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function geometryOf(image: Shape, filter: Shape, attrs: ConvAttrs): ConvGeometry {
  const { strides, dilations = 1, pad, dataFormat = 'NHWC', dimRoundingMode } = attrs;
  if (dataFormat !== 'NHWC') throw new Error(`conv2d: engine 'ort' takes NHWC images, not ${dataFormat}.`);
  const info = tf.backend_util.computeConv2DInfo(
    image as Size4,
    filter as Size4,
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  return fromInfo(info);
}

/** tfjs's description of a convolution or a pooling. */
export function fromInfo(info: ReturnType<typeof tf.backend_util.computeConv2DInfo>): ConvGeometry {
  return {
    n: info.batchSize,
    h: info.inHeight,
    w: info.inWidth,
    c: info.inChannels,
    outH: info.outHeight,
    outW: info.outWidth,
    o: info.outChannels,
    kernelH: info.filterHeight,
    kernelW: info.filterWidth,
    strideH: info.strideHeight,
    strideW: info.strideWidth,
    dilationH: info.dilationHeight,
    dilationW: info.dilationWidth,
    top: info.padInfo.top,
    bottom: info.padInfo.bottom,
    left: info.padInfo.left,
    right: info.padInfo.right,
  };
}

export const convKernels: readonly Kernel[] = [
  kernel<{ x: Node; filter: Node }, ConvAttrs>('Conv2D', ({ x, filter }, attrs) => {
    const g = geometryOf(x.shape, filter.shape, attrs);
    return record(conv, [x, filter], g, [g.n, g.outH, g.outW, g.o], 'float32');
  }),
  kernel<{ dy: Node; filter: Node }, ConvAttrs & { inputShape: number[] }>(
    'Conv2DBackpropInput',
    (inputs, attrs) => {
      const { dy, filter } = inputs;
      const g = geometryOf(attrs.inputShape, filter.shape, attrs);
      return record(convInputGradient, [dy, filter], g, attrs.inputShape, 'float32');
    },
  ),
  kernel<{ x: Node; dy: Node }, ConvAttrs & { filterShape: number[] }>(
    'Conv2DBackpropFilter',
    ({ x, dy }, attrs) => {
      const g = geometryOf(x.shape, attrs.filterShape, attrs);
      return record(convFilterGradient, [x, dy], g, attrs.filterShape, 'float32');
    },
  ),
];

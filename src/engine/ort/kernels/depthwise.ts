import * as tf from '@tensorflow/tfjs';
import { depthwiseConv, depthwiseFilterGradient, depthwiseInputGradient } from '../lowerings/depthwise.js';
import type { ConvGeometry } from '../lowerings/geometry.js';
import type { Shape } from '../dtype.js';
import type { Node } from '../node.js';
import { fromInfo, type Pad } from './conv.js';
import { kernel, type Kernel, record } from './kernel.js';

type Size4 = [number, number, number, number];

interface DepthwiseAttrs {
  strides: number | [number, number];
  pad: Pad;
  dilations?: number | [number, number] | null;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function geometryOf(image: Shape, filter: Shape, attrs: DepthwiseAttrs): ConvGeometry {
  const { strides, dilations, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computeConv2DInfo(
    image as Size4,
    filter as Size4,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    true,
  );
  return fromInfo(info);
}

export const depthwiseKernels: readonly Kernel[] = [
  kernel<{ x: Node; filter: Node }, DepthwiseAttrs>('DepthwiseConv2dNative', ({ x, filter }, attrs) => {
    const g = geometryOf(x.shape, filter.shape, attrs);
    return record(depthwiseConv, [x, filter], g, [g.n, g.outH, g.outW, g.o], 'float32');
  }),
  kernel<{ dy: Node; filter: Node }, DepthwiseAttrs & { inputShape: number[] }>(
    'DepthwiseConv2dNativeBackpropInput',
    ({ dy, filter }, attrs) => {
      const g = geometryOf(attrs.inputShape, filter.shape, attrs);
      return record(depthwiseInputGradient, [dy, filter], g, attrs.inputShape, 'float32');
    },
  ),
  kernel<{ x: Node; dy: Node }, DepthwiseAttrs & { filterShape: number[] }>(
    'DepthwiseConv2dNativeBackpropFilter',
    ({ x, dy }, attrs) => {
      const g = geometryOf(x.shape, attrs.filterShape, attrs);
      return record(depthwiseFilterGradient, [x, dy], g, attrs.filterShape, 'float32');
    },
  ),
];

import { NCHW } from '../layout.js';
import type { Lowering } from '../lowering.js';
import type { Node, Op } from '../node.js';
import { sizeOf } from '../dtype.js';
import { asImage } from './conv.js';
import { type ConvGeometry, convPads } from './geometry.js';
import { maxPoolGradByTaps } from './webgpu.js';

function window(g: ConvGeometry): { strides: number[]; pads: number[]; kernel_shape: number[] } {
  return { strides: [g.strideH, g.strideW], pads: convPads(g), kernel_shape: [g.kernelH, g.kernelW] };
}

const image = (lowering: Lowering, node: Node<ConvGeometry>, input: number) =>
  lowering.inLayout(lowering.value(node.inputs[input]!), NCHW);

/** Largest value of every window; padding counts for nothing. */
export const maxPool: Op<ConvGeometry> = {
  name: 'MaxPool',
  lower: (lowering, node) =>
    asImage(node, largest(lowering, image(lowering, node, 0).name, node.attrs).values),
};

/** `found`, MaxPool's second output, numbers the elements of x in memory order. */
function largest(
  { graph, provider }: Lowering,
  x: string,
  g: ConvGeometry,
): { values: string; found?: string } {
  if (provider === 'webgpu') return { values: graph.emit('MaxPool', [x], window(g)) };
  const [values, found] = graph.emitMany('MaxPool', [x], 2, window(g));
  return { values: values!, found: found! };
}

/** Adds dy to where each window's largest value was found. Inputs: dy, x. */
export const maxPoolGrad: Op<ConvGeometry> = {
  name: 'MaxPoolGrad',
  lower(lowering, node) {
    const { graph } = lowering;
    const [dy, x] = [image(lowering, node, 0), image(lowering, node, 1)];
    const { values, found } = largest(lowering, x.name, node.attrs);
    if (found === undefined) {
      return asImage(node, maxPoolGradByTaps(lowering, dy.name, x.name, values, node.attrs));
    }
    const size = sizeOf(x.dims);
    const zeros = graph.emit('Expand', [graph.scalar(0), graph.ints([size])]);
    const flat = (name: string) => graph.reshape(name, dy.dims, [sizeOf(dy.dims)]);
    const sums = graph.emit('ScatterElements', [zeros, flat(found), flat(dy.name)], {
      axis: 0,
      reduction: 'add',
    });
    return asImage(node, graph.reshape(sums, [size], x.dims));
  },
};

/** Mean of every window, over what lies within the image. */
export const avgPool: Op<ConvGeometry> = {
  name: 'AvgPool',
  lower: (lowering, node) =>
    asImage(node, lowering.graph.emit('AveragePool', [image(lowering, node, 0).name], window(node.attrs))),
};

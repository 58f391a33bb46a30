import { NCHW } from '../layout.js';
import type { Lowering } from '../lowering.js';
import type { Node, Op } from '../node.js';
import { asImage } from './conv.js';
import { type ConvGeometry, convPads, convWork, imagePads, unreached } from './geometry.js';

/** tfjs keeps depthwise filters as [kernelH, kernelW, channels, multiplier]; grouped convolutions want the taps last. */
const TAPS_LAST = [2, 3, 0, 1];

const image = (lowering: Lowering, node: Node, input: number) =>
  lowering.inLayout(lowering.value(node.inputs[input]!), NCHW);

/** The filter as [channels multiplier, 1, kernelH, kernelW]. `g.o` counts all maps. */
function groupedFilter(lowering: Lowering, node: Node<ConvGeometry>): string {
  const { o, kernelH, kernelW } = node.attrs;
  const filter = lowering.inLayout(lowering.value(node.inputs[1]!), TAPS_LAST);
  return lowering.graph.reshape(filter.name, filter.dims, [o, 1, kernelH, kernelW]);
}

function window(g: ConvGeometry) {
  return {
    strides: [g.strideH, g.strideW],
    dilations: [g.dilationH, g.dilationW],
    pads: convPads(g),
    kernel_shape: [g.kernelH, g.kernelW],
    group: g.c,
  };
}

/** A grouped convolution's work is that of one input channel. */
const work = ({ attrs }: Node<ConvGeometry>): number => convWork(attrs) / attrs.c;

/** Every channel convolved by filters of its own. */
export const depthwiseConv: Op<ConvGeometry> = {
  name: 'DepthwiseConv2dNative',
  work,
  lower(lowering, node) {
    const x = image(lowering, node, 0);
    return asImage(
      node,
      lowering.graph.emit('Conv', [x.name, groupedFilter(lowering, node)], window(node.attrs)),
    );
  },
};

/** Inputs: dy, filter. */
export const depthwiseInputGradient: Op<ConvGeometry> = {
  name: 'DepthwiseConv2dNativeBackpropInput',
  work,
  lower(lowering, node) {
    const { graph } = lowering;
    const g = node.attrs;
    const dy = image(lowering, node, 0);
    // A group for each map, their images summed afterwards: with several maps in a group WebGPU's are wrong.
    const each = graph.emit('ConvTranspose', [dy.name, groupedFilter(lowering, node)], {
      ...window(g),
      group: g.o,
      output_padding: unreached(g),
    });
    if (g.o === g.c) return asImage(node, each);
    const byChannel = graph.reshape(each, [g.n, g.o, g.h, g.w], [g.n, g.c, g.o / g.c, g.h, g.w]);
    return asImage(node, graph.emit('ReduceSum', [byChannel, graph.ints([2])], { keepdims: 0 }));
  },
};

/** One strided view of the image per tap, times dy, summed over each channel's area. Inputs: x, dy. */
export const depthwiseFilterGradient: Op<ConvGeometry> = {
  name: 'DepthwiseConv2dNativeBackpropFilter',
  work,
  lower(lowering, node) {
    const { graph } = lowering;
    const [x, dy] = [image(lowering, node, 0), image(lowering, node, 1)];
    const g = node.attrs;
    const { n, c, outH, outW } = g;
    const [multiplier, area, taps] = [g.o / c, outH * outW, g.kernelH * g.kernelW];
    const padded = graph.emit('Pad', [x.name, graph.ints(imagePads(g))]);
    const views: string[] = [];
    for (let tap = 0; tap < taps; tap++) {
      const begin = [Math.floor(tap / g.kernelW) * g.dilationH, (tap % g.kernelW) * g.dilationW];
      const end = [begin[0]! + g.strideH * (outH - 1) + 1, begin[1]! + g.strideW * (outW - 1) + 1];
      const strides = graph.ints([g.strideH, g.strideW]);
      const view = graph.emit('Slice', [
        padded,
        graph.ints(begin),
        graph.ints(end),
        graph.ints([2, 3]),
        strides,
      ]);
      views.push(graph.reshape(view, [n, c, outH, outW], [n, c, 1, area]));
    }
    const columns = graph.emit('Concat', views, { axis: 2 });
    const rows = graph.reshape(dy.name, [n, g.o, outH, outW], [n, c, multiplier, area]);
    // [n, c, multiplier, area] x [n, c, area, taps], summed over the batch.
    const turned = graph.emit('Transpose', [columns], { perm: [0, 1, 3, 2] });
    const sums = graph.emit('ReduceSum', [graph.emit('MatMul', [rows, turned]), graph.ints([0])], {
      keepdims: 0,
    });
    const dims = TAPS_LAST.map((axis) => node.shape[axis]!);
    const name = graph.reshape(sums, [c, multiplier, taps], dims);
    return {
      name,
      shape: node.shape,
      dtype: node.dtype,
      layout: TAPS_LAST,
      dims,
      incidental: false,
    };
  },
};

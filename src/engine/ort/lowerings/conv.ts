import { NCHW, OIHW, physicalDims } from '../layout.js';
import type { Lowering } from '../lowering.js';
import type { Node, Op } from '../node.js';
import { CONV } from '../structure.js';
import type { Value } from '../value.js';
import { type ConvGeometry, convPads, convWork } from './geometry.js';
import { blockedConv, suitsBlocks } from './nchwc.js';
import { plainConv } from './webgpu.js';
import { suitsWinograd, winogradConv } from './winograd.js';

/** Image and filter -> map. */
export const conv: Op<ConvGeometry> = {
  name: CONV,
  work: ({ attrs }) => convWork(attrs),
  lower(lowering, node) {
    const g = node.attrs;
    const x = lowering.inLayout(lowering.value(node.inputs[0]!), NCHW);
    const filter = lowering.inLayout(lowering.value(node.inputs[1]!), OIHW);
    const { graph, nchwcBlock } = lowering;
    if (suitsWinograd(g)) return asImage(node, winogradConv(graph, x.name, filter.name, g));
    if (suitsBlocks(g, nchwcBlock))
      return asImage(node, blockedConv(graph, x.name, filter.name, g, nchwcBlock));
    const name = plainConv(
      lowering,
      [x.name, filter.name],
      { channels: g.c, maps: g.o },
      {
        strides: [g.strideH, g.strideW],
        dilations: [g.dilationH, g.dilationW],
        pads: convPads(g),
        kernel_shape: [g.kernelH, g.kernelW],
      },
    );
    return asImage(node, name);
  },
};

/** The node's value as computed in NCHW. */
export function asImage({ shape, dtype }: Node, name: string): Value {
  return { name, shape, dtype, layout: NCHW, dims: physicalDims(shape, NCHW), incidental: false };
}

/** The node's value as a filter computed with dims `dims` that hold OIHW's order. */
export function asFilter(
  { graph }: Lowering,
  { shape, dtype }: Node,
  name: string,
  dims: readonly number[],
): Value {
  const physical = physicalDims(shape, OIHW);
  return {
    name: graph.reshape(name, dims, physical),
    shape,
    dtype,
    layout: OIHW,
    dims: physical,
    incidental: false,
  };
}

import {
  blendMatrix,
  type Blending,
  linearBlending,
  nearestBlending,
  type ResizeModes,
} from '../../blend.js';
import { NCHW } from '../layout.js';
import type { Op } from '../node.js';
import { asImage } from './conv.js';

export type ResizeAttrs = ResizeModes & Readonly<Record<string, boolean>>;

/** Resizes images by one product per axis with the matrix of its blend, or back by the transposed matrices. */
function resize(name: string, blending: Blending, gradient: boolean): Op<ResizeAttrs> {
  return {
    name,
    lower(lowering, node) {
      const { graph } = lowering;
      const x = lowering.inLayout(lowering.value(node.inputs[0]!), NCHW);
      const [, , xh, xw] = x.dims as [number, number, number, number];
      const [, rh, rw] = node.shape as [number, number, number, number];
      const blend = (from: number, to: number) => blending(from, to, node.attrs);
      const key = `${name} ${JSON.stringify(node.attrs)}`;
      // A gradient goes from the large image to the small one with the blend that goes from small to large.
      const vertical = graph.floats(`${key} rows`, [rh, xh], () =>
        gradient ? blendMatrix(blend(rh, xh), rh, true) : blendMatrix(blend(xh, rh), xh, false),
      );
      const horizontal = graph.floats(`${key} columns`, [xw, rw], () =>
        gradient ? blendMatrix(blend(rw, xw), rw, false) : blendMatrix(blend(xw, rw), xw, true),
      );
      const wide = graph.emit('MatMul', [x.name, horizontal]);
      return asImage(node, graph.emit('MatMul', [vertical, wide]));
    },
  };
}

export const resizeBilinear = resize('ResizeBilinear', linearBlending, false);
export const resizeBilinearTransposed = resize('ResizeBilinearTransposed', linearBlending, true);
export const resizeNearest = resize('ResizeNearestNeighbor', nearestBlending, false);
export const resizeNearestTransposed = resize('ResizeNearestNeighborTransposed', nearestBlending, true);

/** Every pixel becomes a block of `factor` x `factor`: the nearest neighbour at whole factors. */
export const enlarge: Op<{ factor: number }> = {
  name: 'Enlarge',
  lower(lowering, node) {
    const { graph } = lowering;
    const x = lowering.inLayout(lowering.value(node.inputs[0]!), NCHW);
    const [n, c, h, w] = x.dims as [number, number, number, number];
    const { factor } = node.attrs;
    const split = graph.reshape(x.name, x.dims, [n, c, h, 1, w, 1]);
    const dims = [n, c, h, factor, w, factor];
    const blocks = graph.emit('Expand', [split, graph.ints(dims)]);
    return asImage(node, graph.reshape(blocks, dims, [n, c, h * factor, w * factor]));
  },
};

/** Sums every block of `factor` x `factor` pixels: the gradient of `enlarge`. */
export const blockSum: Op<{ factor: number }> = {
  name: 'BlockSum',
  lower(lowering, node) {
    const { graph } = lowering;
    const x = lowering.inLayout(lowering.value(node.inputs[0]!), NCHW);
    const [n, c, h, w] = x.dims as [number, number, number, number];
    const { factor } = node.attrs;
    const blocks = graph.reshape(x.name, x.dims, [n, c, h / factor, factor, w / factor, factor]);
    return asImage(node, graph.emit('ReduceSum', [blocks, graph.ints([3, 5])], { keepdims: 0 }));
  },
};

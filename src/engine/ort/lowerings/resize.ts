import { NCHW } from '../layout.js';
import type { Op } from '../node.js';
import { asImage } from './conv.js';

export interface ResizeAttrs {
  [key: string]: boolean;
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Result row i of an axis as a blend of source rows: [row, weight] pairs. */
type Blend = readonly (readonly [row: number, weight: number])[];
type Blending = (from: number, to: number, attrs: ResizeAttrs) => Blend[];

/** Where row i of the result lies in the source. */
function sourceRow(
  i: number,
  from: number,
  to: number,
  { alignCorners }: ResizeAttrs,
  shift: number,
): number {
  const ratio = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  return ratio * (i + shift);
}

const nearest: Blending = (from, to, attrs) =>
  Array.from({ length: to }, (_, i) => {
    const row = sourceRow(i, from, to, attrs, attrs.halfPixelCenters ? 0.5 : 0);
    return [[Math.min(from - 1, attrs.alignCorners ? Math.round(row) : Math.floor(row)), 1]];
  });

const linear: Blending = (from, to, attrs) =>
  Array.from({ length: to }, (_, i) => {
    const half = attrs.halfPixelCenters ? 0.5 : 0;
    const row = Math.max(0, sourceRow(i, from, to, attrs, half) - half);
    const low = Math.min(from - 1, Math.floor(row));
    const high = Math.min(from - 1, low + 1);
    return [
      [low, 1 - (row - low)],
      [high, row - low],
    ];
  });

/** The blend as a matrix [to, from], or its transpose. */
function matrix(blend: readonly Blend[], from: number, transposed: boolean): Float32Array {
  const to = blend.length;
  const data = new Float32Array(to * from);
  blend.forEach((terms, i) => {
    for (const [row, weight] of terms) data[transposed ? row * to + i : i * from + row]! += weight;
  });
  return data;
}

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
        gradient ? matrix(blend(rh, xh), rh, true) : matrix(blend(xh, rh), xh, false),
      );
      const horizontal = graph.floats(`${key} columns`, [xw, rw], () =>
        gradient ? matrix(blend(rw, xw), rw, false) : matrix(blend(xw, rw), xw, true),
      );
      const wide = graph.emit('MatMul', [x.name, horizontal]);
      return asImage(node, graph.emit('MatMul', [vertical, wide]));
    },
  };
}

export const resizeBilinear = resize('ResizeBilinear', linear, false);
export const resizeBilinearGrad = resize('ResizeBilinearGrad', linear, true);
export const resizeNearest = resize('ResizeNearestNeighbor', nearest, false);
export const resizeNearestGrad = resize('ResizeNearestNeighborGrad', nearest, true);

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

import { NCHW } from '../layout.js';
import type { OnnxGraph } from '../onnx/graph.js';
import type { Op } from '../node.js';
import { asFilter } from './conv.js';
import { type ConvGeometry, convWork, imagePads, is4x4Stride2, isStride1, paddedSize } from './geometry.js';
import { suitsWinograd, winogradFilterGradient } from './winograd.js';
import { permuteTaps } from './taps.js';

/** Image and gradient of the map -> gradient of the filter. */
export const convFilterGradient: Op<ConvGeometry> = {
  name: 'Conv2DBackpropFilter',
  work: ({ attrs }) => convWork(attrs),
  lower(lowering, node) {
    const { graph } = lowering;
    const x = lowering.inLayout(lowering.value(node.inputs[0]!), NCHW).name;
    const dy = lowering.inLayout(lowering.value(node.inputs[1]!), NCHW).name;
    const g = node.attrs;
    if (suitsWinograd(g))
      return asFilter(lowering, node, winogradFilterGradient(graph, x, dy, g), [g.o * g.c, 16]);
    const form = suitsShiftedMap(g) ? byShiftedMap : suitsPhases(g) ? byPhases : byColumns;
    const { name, dims } = form(graph, padded(graph, x, g), dy, g);
    return asFilter(lowering, node, name, dims);
  },
};

interface Product {
  readonly name: string;
  readonly dims: readonly number[];
}

/** `x` is the image with its padding in place. */
type Form = (graph: OnnxGraph, x: string, dy: string, g: ConvGeometry) => Product;

function padded(graph: OnnxGraph, x: string, g: ConvGeometry): string {
  const pads = imagePads(g);
  return pads.some((size) => size > 0) ? graph.emit('Pad', [x, graph.ints(pads)]) : x;
}

/** [n, channels, area] as [channels, n area]: the batch joins the axis that the product sums over. */
function batchIntoArea(
  graph: OnnxGraph,
  name: string,
  dims: readonly number[],
  n: number,
  channels: number,
  area: number,
) {
  if (n === 1) return graph.reshape(name, dims, [channels, area]);
  const moved = graph.emit('Transpose', [graph.reshape(name, dims, [n, channels, area])], {
    perm: [1, 0, 2],
  });
  return graph.reshape(moved, [channels, n, area], [channels, n * area]);
}

/** Areas up to this are too short to be summed over by Gemm's packed loops. */
const SHORT_SUM = 16;

/** a b^T for a [rows, sum], b [columns, sum]. */
function product(
  graph: OnnxGraph,
  a: string,
  b: string,
  rows: number,
  columns: number,
  sum: number,
): Product {
  const dims = [rows, columns];
  if (sum === 1) return { name: graph.emit('Mul', [a, graph.reshape(b, [columns, 1], [1, columns])]), dims };
  if (sum > SHORT_SUM) return { name: graph.emit('Gemm', [a, b], { transB: 1 }), dims };
  return { name: graph.emit('MatMul', [a, graph.emit('Transpose', [b], { perm: [1, 0] })]), dims };
}

/** One strided view of the image per tap, stacked to columns: any geometry. */
const byColumns: Form = (graph, x, dy, g) => {
  const { n, c, o, kernelH, kernelW, strideH, strideW } = g;
  const area = g.outH * g.outW;
  const taps: string[] = [];
  for (let i = 0; i < kernelH; i++) {
    for (let j = 0; j < kernelW; j++) {
      const ends = [i + strideH * (g.outH - 1) + 1, j + strideW * (g.outW - 1) + 1];
      const view = graph.emit('Slice', [
        x,
        graph.ints([i, j]),
        graph.ints(ends),
        graph.ints([2, 3]),
        graph.ints([strideH, strideW]),
      ]);
      taps.push(graph.reshape(view, [n, c, g.outH, g.outW], [n, c, 1, area]));
    }
  }
  const count = kernelH * kernelW;
  const stacked = graph.emit('Concat', taps, { axis: 2 });
  const columns = batchIntoArea(graph, stacked, [n, c, count, area], n, c * count, area);
  const rows = batchIntoArea(graph, dy, [n, o, g.outH, g.outW], n, o, area);
  return product(graph, rows, columns, o, c * count, n * area);
};

const PHASES_MIN_MAP = 32 * 32;
/** With more than one image the alternative, byColumns, has to move all columns once more. */
const PHASES_MIN_MAP_BATCHED = 16 * 16;
const PHASES_MIN_CHANNELS = 16;

function suitsPhases(g: ConvGeometry): boolean {
  const { h, w } = paddedSize(g);
  const large = g.outH * g.outW >= (g.n > 1 ? PHASES_MIN_MAP_BATCHED : PHASES_MIN_MAP);
  return is4x4Stride2(g) && h % 2 === 0 && w % 2 === 0 && large && g.c >= PHASES_MIN_CHANNELS;
}

/**
 * The image's four phases as 4c channels at half size: every tap is then a plain window at (i, j) of (0, 0) to (1, 1),
 * and four products with contiguous rows replace one with sixteen strided columns.
 */
const byPhases: Form = (graph, x, dy, g) => {
  const { n, c, o } = g;
  const phases = graph.emit('SpaceToDepth', [x], { blocksize: 2 });
  const windows = n === 1 ? shiftedWindows(graph, phases, dy, g) : shiftedMaps(graph, phases, dy, g);
  const parts = windows.map(([map, window]) =>
    graph.reshape(graph.emit('Gemm', [map, window], { transB: 1 }), [o, 4 * c], [o, 4, c]),
  );
  // [o, (i, j, q, r), c] -> [o, c, (i, q), (j, r)]
  const taps = graph.emit('Transpose', [graph.emit('Concat', parts, { axis: 1 })], { perm: [0, 2, 1] });
  const order = Array.from({ length: 16 }, (_, tap) => {
    const [row, column] = [tap >> 2, tap & 3];
    return (row >> 1) * 8 + (column >> 1) * 4 + (row & 1) * 2 + (column & 1);
  });
  return { name: permuteTaps(graph, taps, [o, c, 16], order), dims: [o * c, 16] };
};

/** Row and column by which a window of the phases lies off the map. */
const SHIFTS = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

/** [map, window] by shift: the windows are cut out, [o, area] and [4c, area]. */
function shiftedWindows(
  graph: OnnxGraph,
  phases: string,
  dy: string,
  { c, o, outH, outW }: ConvGeometry,
): (readonly [string, string])[] {
  const map = graph.reshape(dy, [1, o, outH, outW], [o, outH * outW]);
  return SHIFTS.map(([i, j]) => {
    const ends = graph.ints([i + outH, j + outW]);
    const window = graph.emit('Slice', [phases, graph.ints([i, j]), ends, graph.ints([2, 3])]);
    return [map, graph.reshape(window, [1, 4 * c, outH, outW], [4 * c, outH * outW])];
  });
}

/**
 * The same with several images, whose phases have to be moved so that the batch joins the area: once, whole, and the map,
 * which is the smaller of the two, is moved to each window's place in a frame of zeros. [o, n area] and [4c, n area].
 */
function shiftedMaps(
  graph: OnnxGraph,
  phases: string,
  dy: string,
  g: ConvGeometry,
): (readonly [string, string])[] {
  const { n, c, o, outH, outW } = g;
  const padded = paddedSize(g);
  const [h, w] = [padded.h / 2, padded.w / 2];
  const window = batchIntoArea(graph, phases, [n, 4 * c, h, w], n, 4 * c, h * w);
  const map = graph.emit('Transpose', [dy], { perm: [1, 0, 2, 3] });
  return SHIFTS.map(([i, j]) => {
    const pads = graph.ints([0, 0, i, j, 0, 0, h - outH - i, w - outW - j]);
    const shifted = graph.emit('Pad', [map, pads]);
    return [graph.reshape(shifted, [o, n, h, w], [o, n * h * w]), window];
  });
}

function suitsShiftedMap(g: ConvGeometry): boolean {
  return g.o === 1 && isStride1(g) && g.c >= PHASES_MIN_CHANNELS;
}

/** One channel in the map: shift the small map to each tap's place instead of the wide image. */
const byShiftedMap: Form = (graph, x, dy, g) => {
  const { n, c, kernelH, kernelW } = g;
  const { h, w } = paddedSize(g);
  const shifted: string[] = [];
  for (let i = 0; i < kernelH; i++) {
    for (let j = 0; j < kernelW; j++) {
      shifted.push(graph.emit('Pad', [dy, graph.ints([0, 0, i, j, 0, 0, h - g.outH - i, w - g.outW - j])]));
    }
  }
  const taps = kernelH * kernelW;
  const maps = batchIntoArea(
    graph,
    graph.emit('Concat', shifted, { axis: 1 }),
    [n, taps, h, w],
    n,
    taps,
    h * w,
  );
  const image = batchIntoArea(graph, x, [n, c, h, w], n, c, h * w);
  return product(graph, image, maps, c, taps, n * h * w);
};

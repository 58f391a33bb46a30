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
    const { name, dims } = formOf(g)(graph, x, dy, g);
    return asFilter(lowering, node, name, dims);
  },
};

interface Product {
  readonly name: string;
  readonly dims: readonly number[];
}

type Form = (graph: OnnxGraph, x: string, dy: string, g: ConvGeometry) => Product;

function formOf(g: ConvGeometry): Form {
  if (suitsShiftedMap(g)) return byShiftedMap;
  if (g.outH * g.outW <= BANDS_MAX_MAP) return byBands;
  return suitsPhases(g) ? byPhases : byViews;
}

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

/** The filter's gradient from the image's columns, [n, c, taps, area]. */
function fromColumns(
  graph: OnnxGraph,
  stacked: string,
  dims: readonly number[],
  dy: string,
  g: ConvGeometry,
): Product {
  const { n, c, o, outH, outW } = g;
  const [taps, area] = [g.kernelH * g.kernelW, outH * outW];
  const columns = batchIntoArea(graph, stacked, dims, n, c * taps, area);
  const rows = batchIntoArea(graph, dy, [n, o, outH, outW], n, o, area);
  return product(graph, rows, columns, o, c * taps, n * area);
}

/** On larger maps the work of the bands, which grows with the side, is more than it saves. */
const BANDS_MAX_MAP = 24 * 24;

/**
 * The columns by two products with constant matrices of zeros and ones, one that picks rows and one that picks columns
 * of the image, padding included: exact for finite values, and faster than a strided view per tap.
 */
const byBands: Form = (graph, x, dy, g) => {
  const { n, c, h, w, outH, outW, kernelH, kernelW } = g;
  const rows = { size: h, out: outH, kernel: kernelH, stride: g.strideH, dilation: g.dilationH, pad: g.top };
  const columns = {
    size: w,
    out: outW,
    kernel: kernelW,
    stride: g.strideW,
    dilation: g.dilationW,
    pad: g.left,
  };
  const [bands, wide] = [kernelH * outH, kernelW * outW];
  const image = graph.reshape(x, [n, c, h, w], [n * c, h, w]);
  const overRows = graph.emit('MatMul', [
    graph.floats(`rows ${Object.values(rows).join()}`, [bands, h], () => picks(rows, false)),
    image,
  ]);
  const overColumns = graph.emit('MatMul', [
    graph.reshape(overRows, [n * c, bands, w], [n * c * bands, w]),
    graph.floats(`columns ${Object.values(columns).join()}`, [w, wide], () => picks(columns, true)),
  ]);
  // [c, tap row, map row, tap column, map column] -> taps first
  const apart = graph.reshape(overColumns, [n * c * bands, wide], [n * c * kernelH, outH, kernelW, outW]);
  const stacked = graph.emit('Transpose', [apart], { perm: [0, 2, 1, 3] });
  return fromColumns(graph, stacked, [n * c * kernelH, kernelW, outH, outW], dy, g);
};

interface Axis {
  readonly size: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pad: number;
}

/** [(tap, place in the map), place in the image], 1 where the tap of that window lies on the place; or transposed. */
function picks({ size, out, kernel, stride, dilation, pad }: Axis, transposed: boolean): Float32Array {
  const data = new Float32Array(kernel * out * size);
  for (let tap = 0; tap < kernel; tap++) {
    for (let place = 0; place < out; place++) {
      const at = place * stride + tap * dilation - pad;
      if (at < 0 || at >= size) continue;
      const band = tap * out + place;
      data[transposed ? at * kernel * out + band : band * size + at] = 1;
    }
  }
  return data;
}

/** One strided view of the image per tap, stacked to columns: any geometry. */
const byViews: Form = (graph, image, dy, g) => {
  const x = padded(graph, image, g);
  const { n, c, kernelH, kernelW, strideH, strideW } = g;
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
  const stacked = graph.emit('Concat', taps, { axis: 2 });
  return fromColumns(graph, stacked, [n, c, kernelH * kernelW, area], dy, g);
};

function suitsPhases(g: ConvGeometry): boolean {
  const { h, w } = paddedSize(g);
  return is4x4Stride2(g) && h % 2 === 0 && w % 2 === 0;
}

/**
 * The image's four phases as 4c channels at half size: every tap is then a plain window at (i, j) of (0, 0) to (1, 1),
 * and four products with contiguous rows replace one with sixteen strided columns.
 */
const byPhases: Form = (graph, x, dy, g) => {
  const { n, c, o } = g;
  const phases = graph.emit('SpaceToDepth', [padded(graph, x, g)], { blocksize: 2 });
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

const SHIFT_MIN_CHANNELS = 16;

function suitsShiftedMap(g: ConvGeometry): boolean {
  return g.o === 1 && isStride1(g) && g.c >= SHIFT_MIN_CHANNELS;
}

/** One channel in the map: shift the small map to each tap's place instead of the wide image. */
const byShiftedMap: Form = (graph, image, dy, g) => {
  const x = padded(graph, image, g);
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
  const rows = batchIntoArea(graph, x, [n, c, h, w], n, c, h * w);
  return product(graph, rows, maps, c, taps, n * h * w);
};

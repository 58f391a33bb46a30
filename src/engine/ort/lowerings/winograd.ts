import { MICROSOFT, type OnnxGraph } from '../onnx/graph.js';
import { minimalCorrelation } from './cook-toom.js';
import { type ConvGeometry, isStride1 } from './geometry.js';

/**
 * Winograd's F(2x2, 4x4) for 4x4 convolutions of stride 1 (Lavin & Gray 2016, arXiv:1509.09308, with longer filters):
 * each tile of 2x2 outputs takes 25 products instead of 64. With tiles t, products p and channels c, o,
 *
 *     U[p,o,c] = (G x G) filter,  V[p,c,t] = (B^T x B^T) image tiles,  M = U V,  map = (A x A)^T M,
 *
 * and both gradients are the transposes: E = (A x A) dmap, dV = U^T E, dU = E V^T. U, V and E are equal nodes in the
 * forward and backward passes, so that the graph computes each once.
 *
 * Tiling, overlap and padding of the image are all in two constant band matrices. Rounding is about 5 times that of the
 * direct form (1.5e-6 of the norm).
 */
const { products: P, A, G, BT } = minimalCorrelation(2, 4, [0.5, -0.5, 1.5, -1.5]);
const TAPS = 4;

const MIN_CHANNELS = 64;
/** Maps below this leave the products too narrow. */
const MIN_MAP = 16 * 16;

export function suitsWinograd(g: ConvGeometry): boolean {
  const is4x4 = g.kernelH === TAPS && g.kernelW === TAPS && g.dilationH === 1 && g.dilationW === 1;
  const wide = g.c >= MIN_CHANNELS && g.o >= MIN_CHANNELS;
  return is4x4 && isStride1(g) && wide && g.outH * g.outW >= MIN_MAP;
}

/** Image and filter (OIHW) -> map. */
export function winogradConv(graph: OnnxGraph, x: string, filter: string, g: ConvGeometry): string {
  const { tilesH, tilesW, tiles } = tiling(g);
  const { n, o } = g;
  const m = graph.emit('MatMul', [filterProducts(graph, filter, g), imageProducts(graph, x, g)]);
  const gather = graph.floats('winograd At', [4, P * P], () => kronecker(A, A, true));
  let parts = graph.emit('MatMul', [gather, graph.reshape(m, [P * P, o, n * tiles], [P * P, o * n * tiles])]);
  if (n > 1) {
    const perImage = graph.reshape(parts, [4, o * n * tiles], [4 * o, n, tiles]);
    parts = graph.emit('Transpose', [perImage], { perm: [1, 0, 2] });
  }
  const phases = graph.reshape(parts, n > 1 ? [n, 4 * o, tiles] : [4, o * tiles], [n, 4 * o, tilesH, tilesW]);
  const map = graph.emit('DepthToSpace', [phases], { blocksize: 2 });
  if (2 * tilesH === g.outH && 2 * tilesW === g.outW) return map;
  const ends = graph.ints([g.outH, g.outW]);
  return graph.emit('Slice', [map, graph.ints([0, 0]), ends, graph.ints([2, 3])]);
}

/** Gradient of the map and filter -> gradient of the image. */
export function winogradInputGradient(graph: OnnxGraph, dy: string, filter: string, g: ConvGeometry): string {
  const { tilesH, tilesW, tiles } = tiling(g);
  const { n, c, h, w } = g;
  const operands = [filterProducts(graph, filter, g), mapProducts(graph, dy, g)];
  const dv = graph.emit('FusedMatMul', operands, { transA: 1 }, MICROSOFT);
  const [split, perm] =
    n === 1
      ? [
          [P, P, c, tiles],
          [0, 2, 1, 3],
        ]
      : [
          [P, P, c, n, tiles],
          [0, 3, 2, 1, 4],
        ];
  const imagesFirst = graph.emit('Transpose', [graph.reshape(dv, [P * P, c, n * tiles], split)], { perm });
  const rows = P * tilesH;
  const dims = perm.map((axis) => split[axis]!);
  const bands = graph.reshape(imagesFirst, dims, [P * n * c, rows, tilesW]);
  const overRows = graph.emit('MatMul', [
    graph.floats(`winograd rows ${h} ${g.top}`, [h, rows], () => rowBand(h, tilesH, g.top, true)),
    bands,
  ]);
  const overColumns = graph.emit('MatMul', [
    graph.reshape(overRows, [P * n * c, h, tilesW], [P, n * c * h, tilesW]),
    graph.floats(`winograd columns ${w} ${g.left}`, [P, tilesW, w], () =>
      columnBand(w, tilesW, g.left, true),
    ),
  ]);
  const sum = graph.emit('ReduceSum', [overColumns, graph.ints([0])], { keepdims: 0 });
  return graph.reshape(sum, [n * c * h, w], [n, c, h, w]);
}

/** Image and gradient of the map -> gradient of the filter, as [o c, 16]. */
export function winogradFilterGradient(graph: OnnxGraph, x: string, dy: string, g: ConvGeometry): string {
  const operands = [mapProducts(graph, dy, g), imageProducts(graph, x, g)];
  const du = graph.emit('FusedMatMul', operands, { transB: 1 }, MICROSOFT);
  const { o, c } = g;
  return graph.emit('Gemm', [graph.reshape(du, [P * P, o, c], [P * P, o * c]), filterTransform(graph)], {
    transA: 1,
  });
}

const tiling = ({ outH, outW }: ConvGeometry) => {
  const [tilesH, tilesW] = [Math.ceil(outH / 2), Math.ceil(outW / 2)];
  return { tilesH, tilesW, tiles: tilesH * tilesW };
};

const filterTransform = (graph: OnnxGraph): string =>
  graph.floats('winograd G', [P * P, TAPS * TAPS], () => kronecker(G, G));

/** U: [25, o, c]. */
function filterProducts(graph: OnnxGraph, filter: string, { o, c }: ConvGeometry): string {
  const rows = graph.reshape(filter, [o, c, TAPS, TAPS], [o * c, TAPS * TAPS]);
  const u = graph.emit('Gemm', [filterTransform(graph), rows], { transB: 1 });
  return graph.reshape(u, [P * P, o * c], [P * P, o, c]);
}

/** V: [25, c, n tiles], products in the order (column, row). */
function imageProducts(graph: OnnxGraph, x: string, g: ConvGeometry): string {
  const { tilesH, tilesW, tiles } = tiling(g);
  const { n, c, h, w } = g;
  const rows = P * tilesH;
  const overRows = graph.emit('MatMul', [
    graph.floats(`winograd rows ${h} ${g.top}`, [rows, h], () => rowBand(h, tilesH, g.top, false)),
    graph.reshape(x, [n, c, h, w], [n * c, h, w]),
  ]);
  const overColumns = graph.emit('MatMul', [
    graph.reshape(overRows, [n * c, rows, w], [1, n * c * rows, w]),
    graph.floats(`winograd columns ${w} ${g.left}`, [P, w, tilesW], () =>
      columnBand(w, tilesW, g.left, false),
    ),
  ]);
  const [split, perm] =
    n === 1
      ? [
          [P, c, P, tiles],
          [0, 2, 1, 3],
        ]
      : [
          [P, n, c, P, tiles],
          [0, 3, 2, 1, 4],
        ];
  const productsFirst = graph.emit(
    'Transpose',
    [graph.reshape(overColumns, [P, n * c * rows, tilesW], split)],
    { perm },
  );
  const dims = perm.map((axis) => split[axis]!);
  return graph.reshape(productsFirst, dims, [P * P, c, n * tiles]);
}

/** E: [25, o, n tiles]. */
function mapProducts(graph: OnnxGraph, dy: string, g: ConvGeometry): string {
  const { tilesH, tilesW, tiles } = tiling(g);
  const { n, o } = g;
  const [bottom, right] = [2 * tilesH - g.outH, 2 * tilesW - g.outW];
  const even =
    bottom + right === 0 ? dy : graph.emit('Pad', [dy, graph.ints([0, 0, 0, 0, 0, 0, bottom, right])]);
  let phases = graph.emit('SpaceToDepth', [even], { blocksize: 2 });
  let dims: number[] = [n, 4 * o, tilesH, tilesW];
  if (n > 1) {
    phases = graph.emit('Transpose', [graph.reshape(phases, dims, [n, 4 * o, tiles])], { perm: [1, 0, 2] });
    dims = [4 * o, n, tiles];
  }
  const spread = graph.floats('winograd A', [P * P, 4], () => kronecker(A, A));
  const e = graph.emit('MatMul', [spread, graph.reshape(phases, dims, [4, o * n * tiles])]);
  return graph.reshape(e, [P * P, o * n * tiles], [P * P, o, n * tiles]);
}

/**
 * [(column product, row product), (row, column)] of a 2-D transform from its two 1-D ones; `transposed` gives it with
 * its axes exchanged.
 */
function kronecker(
  rows: readonly (readonly number[])[],
  columns: readonly (readonly number[])[],
  transposed = false,
): Float32Array {
  const [height, width] = [rows[0]!.length, columns[0]!.length];
  const size = height * width;
  const data = new Float32Array(P * P * size);
  for (let j = 0; j < P; j++)
    for (let i = 0; i < P; i++)
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++) {
          const [product, place] = [j * P + i, row * width + column];
          const value = rows[i]![row]! * columns[j]![column]!;
          data[transposed ? place * P * P + product : product * size + place] = value;
        }
  return data;
}

/** [(product, tile), row] of the transform of an image's rows, or the transpose. */
function rowBand(h: number, tiles: number, top: number, transposed: boolean): Float32Array {
  const data = new Float32Array(P * tiles * h);
  band(h, tiles, top, (product, tile, row, value) => {
    const band = product * tiles + tile;
    data[transposed ? row * P * tiles + band : band * h + row] = value;
  });
  return data;
}

/** [product, column, tile] of the transform of an image's columns, or [product, tile, column]. */
function columnBand(w: number, tiles: number, left: number, transposed: boolean): Float32Array {
  const data = new Float32Array(P * tiles * w);
  band(w, tiles, left, (product, tile, column, value) => {
    const place = transposed ? tile * w + column : column * tiles + tile;
    data[product * w * tiles + place] = value;
  });
  return data;
}

/** Tile t covers places 2t - pad to 2t - pad + 4; those outside the image are its padding, which is 0. */
function band(
  size: number,
  tiles: number,
  pad: number,
  set: (product: number, tile: number, place: number, value: number) => void,
): void {
  for (let product = 0; product < P; product++)
    for (let tile = 0; tile < tiles; tile++)
      for (let k = 0; k < P; k++) {
        const place = 2 * tile + k - pad;
        if (place >= 0 && place < size) set(product, tile, place, BT[product]![k]!);
      }
}

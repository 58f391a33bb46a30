import { NCHWC, type OnnxGraph } from '../onnx/graph.js';
import { type ConvGeometry, convPads, is4x4Stride2 } from './geometry.js';
import { phaseOrder } from './taps.js';

/**
 * Convolutions in onnxruntime's blocked layout: channels in blocks of 16 (with AVX-512; 8 with AVX2), the block
 * innermost. onnxruntime turns to it by itself only when the filters are constants, which weights in training are not;
 * so the blocked operators are emitted here. They are internal to onnxruntime: runtime/nchwc-probe.ts tries them when
 * the engine opens, and without them the plain forms serve.
 */

/** Maps below this are converted longer than they are convolved faster. */
const MIN_MAP = 32 * 32;

export function suitsBlocks(g: ConvGeometry, block: number | null): block is number {
  const blocked = block !== null && g.c % block === 0 && g.o % block === 0;
  return blocked && g.kernelH === 4 && g.kernelW === 4 && g.dilationH === 1 && g.outH * g.outW >= MIN_MAP;
}

/** As `suitsBlocks`, for the form by phases of the input gradient. */
export function gradientSuitsBlocks(g: ConvGeometry, block: number | null): block is number {
  const reached = g.h <= 2 * g.outH + 2 - g.top && g.w <= 2 * g.outW + 2 - g.left;
  return suitsBlocks(g, block) && is4x4Stride2(g) && reached;
}

/** [n, c, h, w] -> blocked, under the same dims. */
function toBlocks(graph: OnnxGraph, x: string): string {
  return graph.emit('ReorderInput', [x], {}, NCHWC);
}

function fromBlocks(graph: OnnxGraph, x: string, channels: number): string {
  return graph.emit('ReorderOutput', [x], { channels }, NCHWC);
}

/** Image and filter (OIHW) -> map, all in NCHW. */
export function blockedConv(
  graph: OnnxGraph,
  x: string,
  filter: string,
  g: ConvGeometry,
  block: number,
): string {
  const { c, o } = g;
  // The filter's order is [o / b, c / b, taps, c within, o within]: reordered as an image of o's with c rows of taps.
  const image = [o / block, block, c, 16];
  const outer = toBlocks(graph, graph.reshape(filter, [o, c, 4, 4], image));
  const split = graph.reshape(outer, image, [o / block, c / block, block, 16, block]);
  const tapsFirst = graph.emit('Transpose', [split], { perm: [0, 1, 3, 2, 4] });
  const weights = graph.reshape(tapsFirst, [o / block, c / block, 16, block, block], [o, c, 4, 4]);
  const y = graph.emit(
    'Conv',
    [toBlocks(graph, x), weights],
    { strides: [g.strideH, g.strideW], pads: convPads(g), kernel_shape: [4, 4], dilations: [1, 1], group: 1 },
    NCHWC,
  );
  return fromBlocks(graph, y, o);
}

/**
 * The input gradient of a 4x4 convolution of stride 2 by phases (see conv-input-gradient.ts): here the phases are woven
 * together by moving whole blocks, several times faster than DepthToSpace moves single pixels.
 */
export function blockedInputGradient(
  graph: OnnxGraph,
  dy: string,
  filter: string,
  g: ConvGeometry,
  block: number,
): string {
  const { n, c, o, h, w } = g;
  const [rows, columns] = [g.outH + 1, g.outW + 1];
  const cBlocks = c / block;
  // Taps by phase, each phase's 2x2 part turned, then [phase, c / b, o / b, 2x2, o within, c within].
  const turned = phaseOrder().map((_, at, order) => order[(at & ~3) + 3 - (at & 3)]!);
  const image = [(o * c) / block, block, 4, 4];
  const inner = toBlocks(graph, graph.reshape(filter, [o, c, 4, 4], image));
  const taps = graph.emit(
    'Gather',
    [graph.reshape(inner, image, [image[0]!, 16, block]), graph.ints(turned)],
    { axis: 1 },
  );
  const split = graph.reshape(taps, [image[0]!, 16, block], [o / block, block, cBlocks, 4, 4, block]);
  const phasesFirst = graph.emit('Transpose', [split], { perm: [3, 2, 0, 4, 1, 5] });
  const weights = graph.reshape(phasesFirst, [4, cBlocks, o / block, 4, block, block], [4 * c, o, 2, 2]);
  const phases = graph.emit(
    'Conv',
    [toBlocks(graph, dy), weights],
    { strides: [1, 1], pads: [1, 1, 1, 1], kernel_shape: [2, 2], dilations: [1, 1], group: 1 },
    NCHWC,
  );
  const apart = graph.reshape(phases, [n, 4 * c, rows, columns], [n, 2, 2, cBlocks, rows, columns, block]);
  const woven = graph.emit('Transpose', [apart], { perm: [0, 3, 4, 1, 5, 2, 6] });
  const whole = graph.reshape(
    woven,
    [n, cBlocks, rows, 2, columns, 2, block],
    [n * cBlocks, 2 * rows, 2 * columns, block],
  );
  const cropped = graph.emit('Slice', [
    whole,
    graph.ints([g.top, g.left]),
    graph.ints([g.top + h, g.left + w]),
    graph.ints([1, 2]),
  ]);
  return fromBlocks(graph, graph.reshape(cropped, [n * cBlocks, h, w, block], [n, c, h, w]), c);
}

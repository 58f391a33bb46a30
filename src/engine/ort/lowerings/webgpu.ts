import type { Lowering } from '../lowering.js';
import { ELEMENT, type OnnxAttributes } from '../onnx/model.js';
import { type ConvGeometry, convPads, imagePads, unreached } from './geometry.js';

// Where the WebGPU provider of onnxruntime 1.30 computes wrong values, or none, and what does the same there.

/**
 * A convolution of `channels` to `maps` channels. Those of 6, 9, 18, ... channels (of three, and not of four) to a
 * multiple of four maps come out wrong: channels of zeros make them a multiple of four.
 */
export function plainConv(
  { graph, provider }: Lowering,
  [x, filter]: readonly [x: string, filter: string],
  { channels, maps }: { readonly channels: number; readonly maps: number },
  attributes: OnnxAttributes,
): string {
  const wrong = channels > 3 && channels % 3 === 0 && channels % 4 !== 0 && maps % 4 === 0;
  if (provider !== 'webgpu' || !wrong) return graph.emit('Conv', [x, filter], attributes);
  const pads = graph.ints([0, 0, 0, 0, 0, 4 - (channels % 4), 0, 0]);
  return graph.emit('Conv', [graph.emit('Pad', [x, pads]), graph.emit('Pad', [filter, pads])], attributes);
}

/**
 * Adds dy to where each window's largest value is first found, for want of MaxPool's second output. Each tap of the
 * window is a strided view of x; those that are the first to equal the maximum pass dy on, and a transposed convolution
 * with one filter per tap, of a single one, puts them back into place.
 */
export function maxPoolGradByTaps(
  { graph }: Lowering,
  dy: string,
  x: string,
  largest: string,
  g: ConvGeometry,
): string {
  const { n, c, outH, outW, strideH, strideW } = g;
  const taps = g.kernelH * g.kernelW;
  const padded = graph.emit('Pad', [x, graph.ints(imagePads(g)), graph.scalar(-3.4e38)]);
  let left = graph.emit('Expand', [graph.scalar(1), graph.ints([n, c, outH, outW])]);
  const passed: string[] = [];
  for (let tap = 0; tap < taps; tap++) {
    const [top, start] = [Math.floor(tap / g.kernelW), tap % g.kernelW];
    const ends = [top + strideH * (outH - 1) + 1, start + strideW * (outW - 1) + 1];
    const view = graph.emit('Slice', [
      padded,
      graph.ints([top, start]),
      graph.ints(ends),
      graph.ints([2, 3]),
      graph.ints([strideH, strideW]),
    ]);
    const isLargest = graph.emit('Cast', [graph.emit('Equal', [view, largest])], { to: ELEMENT.float32 });
    const first = graph.emit('Mul', [isLargest, left]);
    left = graph.emit('Sub', [left, first]);
    passed.push(graph.reshape(graph.emit('Mul', [first, dy]), [n, c, outH, outW], [n * c, 1, outH, outW]));
  }
  const one = graph.floats(`taps ${g.kernelH} ${g.kernelW}`, [taps, 1, g.kernelH, g.kernelW], () =>
    Float32Array.from({ length: taps * taps }, (_, i) => (i % (taps + 1) === 0 ? 1 : 0)),
  );
  const image = graph.emit('ConvTranspose', [graph.emit('Concat', passed, { axis: 1 }), one], {
    strides: [strideH, strideW],
    pads: convPads(g),
    kernel_shape: [g.kernelH, g.kernelW],
    output_padding: unreached(g),
  });
  return graph.reshape(image, [n * c, 1, g.h, g.w], [n, c, g.h, g.w]);
}

import { NCHW, OIHW } from '../layout.js';
import type { Lowering } from '../lowering.js';
import type { Op } from '../node.js';
import { CONV_INPUT_GRADIENT } from '../structure.js';
import { asImage } from './conv.js';
import { type ConvGeometry, convPads, convWork, is4x4Stride2, isStride1, unreached } from './geometry.js';
import { blockedInputGradient, gradientSuitsBlocks } from './nchwc.js';
import { plainConv } from './webgpu.js';
import { suitsWinograd, winogradInputGradient } from './winograd.js';
import { permuteTaps, phaseOrder } from './taps.js';

/** Map (or its gradient) and filter -> image: the gradient of a convolution, and a transposed convolution. */
export const convInputGradient: Op<ConvGeometry> = {
  name: CONV_INPUT_GRADIENT,
  work: ({ attrs }) => convWork(attrs),
  lower(lowering, node) {
    const { graph, nchwcBlock } = lowering;
    const dy = lowering.inLayout(lowering.value(node.inputs[0]!), NCHW).name;
    const filter = lowering.inLayout(lowering.value(node.inputs[1]!), OIHW).name;
    const g = node.attrs;
    if (gradientSuitsBlocks(g, nchwcBlock)) {
      return asImage(node, blockedInputGradient(graph, dy, filter, g, nchwcBlock));
    }
    if (suitsWinograd(g)) return asImage(node, winogradInputGradient(graph, dy, filter, g));
    const form = g.o === 1 && isStride1(g) ? flippedConv : suitsPhases(g) ? byPhases : convTranspose;
    return asImage(node, form(lowering, dy, filter, g));
  },
};

type Form = (lowering: Lowering, dy: string, filter: string, g: ConvGeometry) => string;

const convTranspose: Form = ({ graph }, dy, filter, g) =>
  graph.emit('ConvTranspose', [dy, filter], {
    strides: [g.strideH, g.strideW],
    pads: convPads(g),
    kernel_shape: [g.kernelH, g.kernelW],
    output_padding: unreached(g),
  });

/** One channel in the map (a patch discriminator's last layer): a convolution with the filter turned by 180 degrees. */
const flippedConv: Form = ({ graph }, dy, filter, g) => {
  const taps = g.kernelH * g.kernelW;
  const reversed = Array.from({ length: taps }, (_, i) => taps - 1 - i);
  const flipped = permuteTaps(graph, filter, [1, g.c, g.kernelH, g.kernelW], reversed);
  return graph.emit('Conv', [dy, graph.reshape(flipped, [g.c, taps], [g.c, 1, g.kernelH, g.kernelW])], {
    pads: [g.kernelH - 1 - g.top, g.kernelW - 1 - g.left, g.kernelH - 1 - g.bottom, g.kernelW - 1 - g.right],
    kernel_shape: [g.kernelH, g.kernelW],
  });
};

/** Maps from which on the phases are faster than ConvTranspose, and channels. */
const PHASES_MIN_MAP = 64 * 64;
const PHASES_MIN_CHANNELS = 16;

function suitsPhases(g: ConvGeometry): boolean {
  const reached = g.h <= 2 * g.outH + 2 - g.top && g.w <= 2 * g.outW + 2 - g.left;
  return is4x4Stride2(g) && reached && g.outH * g.outW >= PHASES_MIN_MAP && g.c >= PHASES_MIN_CHANNELS;
}

/**
 * Each of the image's four phases (even or odd row and column) sees a 2x2 part of the filter: one 2x2 convolution to
 * 4c channels, the phases then woven together by DepthToSpace and the padding cut off.
 */
const byPhases: Form = (lowering, dy, filter, g) => {
  const { graph } = lowering;
  const { o, c } = g;
  // [o, c, 16] -> taps by phase, each phase's 2x2 part turned: (q, r, 1 - i, 1 - j).
  const turned = phaseOrder().map((_, at, order) => order[(at & ~3) + 3 - (at & 3)]!);
  const byPhase = permuteTaps(graph, filter, [o, c, 4, 4], turned);
  const phasesFirst = graph.emit('Transpose', [graph.reshape(byPhase, [o * c, 16], [o, c, 4, 4])], {
    perm: [2, 1, 0, 3],
  });
  const weights = graph.reshape(phasesFirst, [4, c, o, 4], [4 * c, o, 2, 2]);
  const phases = plainConv(
    lowering,
    [dy, weights],
    { channels: o, maps: 4 * c },
    { pads: [1, 1, 1, 1], kernel_shape: [2, 2] },
  );
  const woven = graph.emit('DepthToSpace', [phases], { blocksize: 2 });
  const ends = graph.ints([g.top + g.h, g.left + g.w]);
  return graph.emit('Slice', [woven, graph.ints([g.top, g.left]), ends, graph.ints([2, 3])]);
};

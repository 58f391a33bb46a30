import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { receptiveField } from '../core/window.js';
import {
  activationOf,
  biasParam,
  defineNetwork,
  filtersParam,
  initParam,
  kernelParam,
  type LayerConfig,
  needsBias,
  normOf,
  paddingParam,
  roleChoice,
} from '../registry/index.js';

/** Deepest patch that is looked for: 2^12 pixels and more. */
const MAX_DEPTH = 12;

/** Receptive field of `strided` stride-2 windows and two of stride 1. */
function patchOf(strided: number, kernel: number): number {
  const windows = Array.from({ length: strided + 2 }, (_, i) => ({ kernel, stride: i < strided ? 2 : 1 }));
  return receptiveField(windows);
}

/** How many strided convolutions give the patch; 0 is the pixel discriminator of 1x1 convolutions. */
function stridedConvs(patch: number | 'image', kernel: number, side: number): number {
  if (patch === 1) return 0;
  const patches = Array.from({ length: MAX_DEPTH }, (_, i) => patchOf(i + 1, kernel));
  const depth = patches.findIndex((p) => (patch === 'image' ? p >= side : p === patch)) + 1;
  if (depth > 0) return depth;
  const near = [1, ...patches].sort((a, b) => Math.abs(a - Number(patch)) - Math.abs(b - Number(patch)));
  throw new UserError(`No depth gives a patch of ${patch} pixels with ${kernel}x${kernel} kernels.`, {
    exitCode: 2,
    remedy: `The nearest are ${near
      .slice(0, 3)
      .sort((a, b) => a - b)
      .join(', ')}; \`image\` covers the whole input.`,
  });
}

export const patchgan = defineNetwork({
  type: 'patchgan',
  summary: 'Discriminator that judges every patch of the image by itself: a grid of scores.',
  description:
    'Strided 4x4 convolutions that double the filters up to 8 times, one more of stride 1, and one to a single score. Receptive field r <- (r - 1) stride + kernel: 1 (1x1 convolutions), 16, 34, 70, 142, 286. Every layer but the first and the last is normalised.',
  paper: 'arXiv:1611.07004',
  params: Type.Object(
    {
      patch: Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('image')], {
        default: 70,
        description:
          'Side in pixels of the patch that one score sees: 1, 16, 34, 70, 142, 286, ..., or `image`.',
      }),
      filters: filtersParam({ default: 64, description: 'Output channels of the first convolution.' }),
      norm: roleChoice('norm', {
        default: 'batch',
        description: 'Normalisation of all layers but first and last.',
      }),
      activation: Type.Optional(
        roleChoice('activation', {
          description: 'After each layer but the last; default: leaky-relu with slope 0.2.',
        }),
      ),
      bias: biasParam(),
      kernel: kernelParam(4),
      padding: paddingParam(1),
      init: initParam(),
      output: Type.Object(
        {
          activation: roleChoice('activation', {
            default: 'none',
            description: '`none`: scores are logits; `sigmoid`: probabilities.',
          }),
        },
        { additionalProperties: false, default: {}, description: 'The last layer.' },
      ),
    },
    { additionalProperties: false },
  ),
  example: { type: 'patchgan', patch: 70, filters: 64 },

  expand(params, { input }) {
    const strided = stridedConvs(params.patch, params.kernel, Math.max(input[0] ?? 1, input[1] ?? 1));
    const activation = params.activation ?? { type: 'leaky-relu', slope: 0.2 };
    const pixel = strided === 0;
    const kernel = pixel ? 1 : params.kernel;
    const padding = pixel ? 0 : params.padding;
    const depth = pixel ? 2 : strided + 1;
    const layers: LayerConfig[] = [];
    for (let i = 0; i < depth; i++) {
      const filters = params.filters * Math.min(2 ** i, 8);
      const stride = i < strided ? 2 : 1;
      const norm = i === 0 ? 'none' : params.norm;
      const bias = needsBias(params.bias, norm);
      layers.push({
        id: `c${i + 1}/conv`,
        type: 'conv',
        filters,
        kernel,
        stride,
        padding,
        bias,
        init: params.init,
      });
      layers.push(...normOf(norm, `c${i + 1}`), ...activationOf(activation, `c${i + 1}`));
    }
    // The reference's pixel discriminator has no bias in its last layer beside batch norm; elsewhere the last has one.
    const bias = pixel ? needsBias(params.bias, params.norm) : params.bias !== false;
    layers.push({
      id: 'output/conv',
      type: 'conv',
      filters: 1,
      kernel,
      stride: 1,
      padding,
      bias,
      init: params.init,
    });
    layers.push(...activationOf(params.output.activation, 'output'));
    return { type: 'layers', layers };
  },
});

import { type Static, Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { receptiveField } from '../core/window.js';
import {
  activationOf,
  biasParam,
  filtersParam,
  initParam,
  kernelParam,
  needsBias,
  normOf,
  paddingParam,
  roleChoice,
  weightNormParam,
} from '../blocks/index.js';
import { defineNetwork, firstInput, type LayerConfig } from '../registry/index.js';

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
    point: { code: 'no-such-patch', key: 'patch' },
    remedy: `The nearest are ${near
      .slice(0, 3)
      .sort((a, b) => a - b)
      .join(', ')}; \`image\` covers the whole input.`,
  });
}

const params = Type.Object(
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
    weight_norm: weightNormParam(),
    score: Type.Enum(['patches', 'mean'], {
      default: 'patches',
      description:
        '`patches`: one score for each, a grid; `mean`: their mean (before the last activation), one score for the image.',
    }),
    scales: Type.Integer({
      minimum: 1,
      maximum: 8,
      default: 1,
      description:
        'Discriminators of this kind, each looking at the image at half the size of the one before; a call then gives a list, one map per scale.',
    }),
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
);

type Params = Static<typeof params>;

/** One discriminator. @param scale prefix of its ids, @param first layers before its first convolution. */
function discriminator(
  config: Params,
  side: number,
  scale: string,
  first: readonly LayerConfig[],
): LayerConfig[] {
  const strided = stridedConvs(config.patch, config.kernel, side);
  const activation = config.activation ?? { type: 'leaky-relu', slope: 0.2 };
  const pixel = strided === 0;
  const shared = {
    type: 'conv',
    kernel: pixel ? 1 : config.kernel,
    padding: pixel ? 0 : config.padding,
    init: config.init,
    weight_norm: config.weight_norm,
  };
  const depth = pixel ? 2 : strided + 1;
  const layers: LayerConfig[] = [...first];
  for (let i = 0; i < depth; i++) {
    const path = `${scale}c${i + 1}`;
    const norm = i === 0 ? 'none' : config.norm;
    const conv = {
      id: `${path}/conv`,
      filters: config.filters * Math.min(2 ** i, 8),
      stride: i < strided ? 2 : 1,
      bias: needsBias(config.bias, norm),
    };
    layers.push({ ...conv, ...shared }, ...normOf(norm, path), ...activationOf(activation, path));
  }
  // The reference's pixel discriminator has no bias in its last layer beside batch norm; elsewhere the last has one.
  const bias = pixel ? needsBias(config.bias, config.norm) : config.bias !== false;
  const path = `${scale}output`;
  layers.push({ id: `${path}/conv`, filters: 1, stride: 1, bias, ...shared });
  if (config.score === 'mean') layers.push({ id: `${path}/mean`, type: 'global-pool' });
  layers.push(...activationOf(config.output.activation, path));
  return layers;
}

export const patchgan = defineNetwork({
  type: 'patchgan',
  summary: 'Discriminator that judges every patch of the image separately: a grid of scores.',
  description:
    'Strided 4x4 convolutions that double the filters up to 8 times, one more of stride 1, and one to a single score. Receptive field r <- (r - 1) stride + kernel: 1 (1x1 convolutions), 16, 34, 70, 142, 286. Every layer but the first and the last is normalised.',
  paper: 'arXiv:1611.07004',
  params,
  example: { type: 'patchgan', patch: 70, filters: 64 },

  expand(config, { input, inputs }) {
    const side = Math.max(input[0] ?? 1, input[1] ?? 1);
    if (config.scales === 1) return { type: 'layers', layers: discriminator(config, side, '', []) };
    const layers: LayerConfig[] = [];
    const outputs: string[] = [];
    for (let i = 0; i < config.scales; i++) {
      // Named in its first block, so that `features` has no block of mere pixels.
      const above = i === 1 ? firstInput(inputs) : `s${i}/c1/pool`;
      const from = i === 0 ? [] : [{ id: `s${i + 1}/c1/pool`, type: 'pool', size: 2, from: above }];
      const scaleLayers = discriminator(config, side / 2 ** i, `s${i + 1}/`, from);
      layers.push(...scaleLayers);
      outputs.push(scaleLayers.at(-1)!.id);
    }
    return { type: 'layers', layers, outputs };
  },
});

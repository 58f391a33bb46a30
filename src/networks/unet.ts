import { Type } from 'typebox';
import {
  biasParam,
  filtersParam,
  initParam,
  kernelParam,
  paddingParam,
  roleChoice,
  upsampleParam,
  weightNormParam,
} from '../blocks/index.js';
import { defineNetwork } from '../registry/index.js';

export const unet = defineNetwork({
  type: 'unet',
  summary: 'U-Net generator: an encoder-decoder whose mirrored blocks are linked by skips.',
  description:
    'Filters double per level up to 8 times. `dropout` acts in the decoder blocks nearest the bottleneck, depth - 5 of them and at most three: the paper’s for depth 8.',
  paper: 'arXiv:1505.04597',
  params: Type.Object(
    {
      depth: Type.Integer({
        minimum: 2,
        maximum: 12,
        default: 8,
        description: 'How often the resolution is halved; height and width must be multiples of 2^depth.',
      }),
      filters: filtersParam({ default: 64, description: 'Output channels of the first convolution.' }),
      dropout: Type.Number({
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0,
        description: 'Share of values zeroed in the inner decoder blocks.',
      }),
      norm: roleChoice('norm', {
        default: 'batch',
        description: 'Normalisation of all blocks but the outermost and the bottleneck.',
      }),
      bias: biasParam(),
      kernel: kernelParam(4),
      padding: paddingParam(1),
      upsample: upsampleParam(),
      init: initParam(),
      weight_norm: weightNormParam(),
      output: Type.Object(
        {
          channels: Type.Integer({ minimum: 1, default: 3, description: 'Channels of the image made.' }),
          activation: roleChoice('activation', {
            default: 'tanh',
            description: 'tanh: values in [-1, 1], as images are.',
          }),
        },
        { additionalProperties: false, default: {}, description: 'The last block.' },
      ),
    },
    { additionalProperties: false },
  ),
  example: { type: 'unet', depth: 6, filters: 32, dropout: 0.5 },

  expand({ depth, filters, dropout, ...shared }) {
    const width = (level: number) => filters * Math.min(2 ** (level - 1), 8);
    const withDropout = Math.min(Math.max(depth - 5, 0), 3);
    const encoder = Array.from({ length: depth }, (_, i) => {
      const level = i + 1;
      if (level === depth)
        return { id: 'bottleneck', filters: width(level), norm: 'none', activation: 'relu' };
      return { id: `e${level}`, filters: width(level), ...(level === 1 ? { norm: 'none' } : {}) };
    });
    const decoder = Array.from({ length: depth - 1 }, (_, i) => {
      const level = depth - 1 - i;
      return {
        id: `d${level}`,
        filters: width(level),
        skip: `e${level}`,
        ...(i < withDropout ? { dropout } : {}),
      };
    });
    return { type: 'encoder-decoder', ...shared, encoder, decoder };
  },
});

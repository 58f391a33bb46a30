import { Type } from 'typebox';
import {
  activationOf,
  convBlock,
  filtersParam,
  headParams,
  preactivatedBlock,
  styleParams,
  withHeads,
} from '../blocks/index.js';
import { defineNetwork, type LayerConfig } from '../registry/index.js';

export const resnetEncoder = defineNetwork({
  type: 'resnet-encoder',
  summary:
    'Encodes an image into vectors: residual blocks, each halving the size, and a mean over all pixels.',
  description: 'BicycleGAN’s encoder; `outputs` are its mean and the logarithm of its variance.',
  paper: 'arXiv:1711.11586',
  params: Type.Object(
    {
      filters: filtersParam({ default: 64, description: 'Output channels of the first convolution.' }),
      blocks: Type.Integer({
        minimum: 1,
        maximum: 8,
        default: 4,
        description: 'Residual blocks; filters grow up to 4 times.',
      }),
      ...styleParams('instance', { type: 'leaky-relu', slope: 0.2 }),
      ...headParams(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'resnet-encoder', outputs: { mean: { units: 8 }, log_variance: { units: 8 } } },

  expand({ filters, blocks, output, outputs, ...style }) {
    const layers: LayerConfig[] = convBlock('stem', style, {
      filters,
      kernel: 4,
      stride: 2,
      padding: 1,
      norm: 'none',
    });
    for (let i = 1; i <= blocks; i++)
      layers.push(
        ...preactivatedBlock(`block${i}`, layers.at(-1)!.id, style, {
          filters: filters * Math.min(i + 1, 4),
          resize: 'down',
        }),
      );
    layers.push(...activationOf(style.activation, 'last'), { id: 'last/pool', type: 'global-pool' });
    return withHeads(layers, style, { output, outputs });
  },
});

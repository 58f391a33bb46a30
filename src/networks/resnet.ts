import { Type } from 'typebox';
import {
  convBlock,
  filtersParam,
  imageOutputParam,
  resnetBody,
  styleParams,
  upsampleParam,
} from '../blocks/index.js';
import { defineNetwork } from '../registry/index.js';

export const resnet = defineNetwork({
  type: 'resnet',
  summary:
    'Image-to-image network: residual blocks between two downsampling and two upsampling layers: CycleGAN’s generator.',
  description:
    'A 7x7 convolution, two 3x3 ones of stride 2, the residual blocks at a quarter of the size, the same way up again; margins are mirrored. Height and width must be multiples of 4. The paper has 9 blocks for 256 pixels, 6 for 128.',
  paper: 'arXiv:1603.08155',
  params: Type.Object(
    {
      blocks: Type.Integer({ minimum: 0, maximum: 64, default: 9, description: 'Residual blocks.' }),
      filters: filtersParam({ default: 64, description: 'Output channels of the first convolution.' }),
      dropout: Type.Number({
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0,
        description: 'Share of values zeroed inside the residual blocks.',
      }),
      ...styleParams('instance', 'relu'),
      upsample: upsampleParam(),
      output: imageOutputParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'resnet', blocks: 9, filters: 64 },

  expand({ blocks, filters, dropout, upsample, output, ...style }) {
    const body = resnetBody('', style, { blocks, filters, dropout, upsample, downs: 2 });
    const last = {
      filters: output.channels,
      kernel: 7,
      reflect: 3,
      norm: 'none',
      activation: output.activation,
    };
    const bias = style.bias !== false;
    return { type: 'layers', layers: [...body, ...convBlock('output', style, { ...last, bias })] };
  },
});

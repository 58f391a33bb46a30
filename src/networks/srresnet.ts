import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import {
  convBlock,
  filtersParam,
  imageOutputParam,
  residualBlock,
  styleParams,
  upsampleParam,
} from '../blocks/index.js';
import { defineNetwork, type LayerConfig } from '../registry/index.js';

export const srresnet = defineNetwork({
  type: 'srresnet',
  summary: 'Super-resolution generator of SRGAN: residual blocks at low resolution, then upsampling.',
  description:
    'A 9x9 convolution, residual blocks, a convolution added to the first one’s output, doublings with `upsample`, a 9x9 convolution.',
  paper: 'arXiv:1609.04802',
  params: Type.Object(
    {
      blocks: Type.Integer({ minimum: 1, maximum: 64, default: 16, description: 'Residual blocks.' }),
      filters: filtersParam({ default: 64, description: 'Channels of all blocks.' }),
      factor: Type.Integer({
        minimum: 1,
        maximum: 16,
        default: 4,
        description: 'How many times larger each side gets: a power of 2.',
      }),
      ...styleParams('batch', 'prelu'),
      upsample: upsampleParam('pixel-shuffle'),
      output: imageOutputParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'srresnet', blocks: 16, factor: 4 },

  expand({ blocks, filters, factor, upsample, output, ...style }) {
    if (!Number.isInteger(Math.log2(factor)))
      throw new UserError(`A factor of ${factor} is not a power of 2.`, {
        exitCode: 2,
        point: { key: 'factor' },
        remedy: 'Use 2, 4, 8 or 16.',
      });
    const layers: LayerConfig[] = convBlock('stem', style, { filters, kernel: 9, norm: 'none' });
    const stem = layers.at(-1)!.id;
    for (let i = 1; i <= blocks; i++)
      layers.push(...residualBlock(`block${i}`, layers.at(-1)!.id, style, { filters }));
    layers.push(...convBlock('join', style, { filters, kernel: 3, activation: 'none' }));
    layers.push({ id: 'join/add', type: 'add', from: [stem, layers.at(-1)!.id] });
    for (let i = 1; i <= Math.log2(factor); i++)
      layers.push(
        ...convBlock(`up${i}`, style, {
          filters,
          kernel: upsample === 'transposed-conv' ? 4 : 3,
          stride: 2,
          upsample,
          norm: 'none',
        }),
      );
    const last = { filters: output.channels, kernel: 9, norm: 'none', activation: output.activation };
    layers.push(...convBlock('output', style, { ...last, bias: style.bias !== false }));
    return { type: 'layers', layers };
  },
});

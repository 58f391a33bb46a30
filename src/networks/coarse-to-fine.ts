import { Type } from 'typebox';
import {
  convBlock,
  filtersParam,
  imageOutputParam,
  residualBlock,
  resnetBody,
  styleParams,
  upsampleParam,
} from '../blocks/index.js';
import { defineNetwork, firstInput, type LayerConfig } from '../registry/index.js';

export const coarseToFine = defineNetwork({
  type: 'coarse-to-fine',
  summary: 'A generator at half the size inside an enhancer at full size: pix2pixHD’s, trained as a whole.',
  description:
    'The inner one is a `resnet` with twice the filters on the pooled input; what it makes before its last convolution is added to the enhancer’s own half-size features. Height and width must be multiples of 2^(downs + 1).',
  paper: 'arXiv:1711.11585',
  params: Type.Object(
    {
      filters: filtersParam({
        default: 32,
        description: 'Output channels of the first full-size convolution.',
      }),
      downs: Type.Integer({
        minimum: 1,
        maximum: 6,
        default: 3,
        description: 'Ways down of the inner generator.',
      }),
      blocks: Type.Integer({
        minimum: 0,
        maximum: 64,
        default: 9,
        description: 'Residual blocks of the inner generator.',
      }),
      enhancer_blocks: Type.Integer({
        minimum: 0,
        maximum: 64,
        default: 3,
        description: 'Residual blocks of the enhancer.',
      }),
      ...styleParams('instance', 'relu'),
      upsample: upsampleParam(),
      output: imageOutputParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'coarse-to-fine', filters: 32 },

  expand({ filters, downs, blocks, enhancer_blocks, upsample, output, ...style }, { inputs }) {
    const layers: LayerConfig[] = [
      { id: 'coarse/stem/pool', type: 'pool', size: 2 },
      ...resnetBody('coarse/', style, { blocks, filters: 2 * filters, downs, upsample }),
    ];
    const coarse = layers.at(-1)!.id;
    layers.push(
      ...convBlock('fine/stem', style, { filters, kernel: 7, reflect: 3, from: firstInput(inputs) }),
      ...convBlock('fine/down', style, { filters: 2 * filters, kernel: 3, stride: 2, padding: 1 }),
    );
    layers.push({ id: 'fine/add', type: 'add', from: [layers.at(-1)!.id, coarse] });
    for (let i = 1; i <= enhancer_blocks; i++)
      layers.push(
        ...residualBlock(`fine/block${i}`, layers.at(-1)!.id, style, { filters: 2 * filters, reflect: 1 }),
      );
    layers.push(...convBlock('fine/up', style, { filters, kernel: 3, stride: 2, upsample }));
    const last = {
      filters: output.channels,
      kernel: 7,
      reflect: 3,
      norm: 'none',
      activation: output.activation,
    };
    layers.push(...convBlock('output', style, { ...last, bias: style.bias !== false }));
    return { type: 'layers', layers };
  },
});

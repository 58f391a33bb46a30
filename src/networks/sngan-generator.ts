import { Type } from 'typebox';
import {
  activationOf,
  attentionBehind,
  attentionParam,
  convBlock,
  doublings,
  filtersParam,
  imageOutputParam,
  imageSize,
  normOf,
  preactivatedBlock,
  sizeParam,
  styleParams,
} from '../blocks/index.js';
import { defineNetwork, type LayerConfig } from '../registry/index.js';

export const snganGenerator = defineNetwork({
  type: 'sngan-generator',
  summary: 'Residual generator of SNGAN: nearest upsampling inside pre-activated residual blocks.',
  description:
    'The first argument is the noise. With `inputs: [noise, label]` and `norm: { type: conditional-batch, by: label }` it is class-conditional.',
  paper: 'arXiv:1802.05957',
  params: Type.Object(
    {
      filters: filtersParam({ default: 256, description: 'Channels of all blocks.' }),
      size: sizeParam(),
      attention: attentionParam(),
      ...styleParams('batch', 'relu'),
      output: imageOutputParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'sngan-generator', filters: 256, size: 32 },

  expand({ filters, size, attention, output, ...style }, { image }) {
    const made = imageSize(size, image);
    const times = doublings(made);
    const shape = [made.height / 2 ** times, made.width / 2 ** times, filters];
    const { init, weight_norm } = style;
    const units = shape.reduce((product, side) => product * side, 1);
    const layers: LayerConfig[] = [
      { id: 'project/dense', type: 'dense', units, init, weight_norm },
      { id: 'project/reshape', type: 'reshape', shape },
    ];
    const smallest = Math.min(made.height, made.width) / 2 ** times;
    const sides = Array.from({ length: times }, (_, i) => smallest * 2 ** (i + 1));
    sides.forEach((side, i) =>
      layers.push(
        ...preactivatedBlock(`block${i + 1}`, layers.at(-1)!.id, style, { filters, resize: 'up' }),
        ...attentionBehind(side, attention, sides, style),
      ),
    );
    layers.push(...normOf(style.norm, 'last'), ...activationOf(style.activation, 'last'));
    const last = { filters: output.channels, kernel: 3, norm: 'none', activation: output.activation };
    layers.push(...convBlock('output', style, { ...last, bias: style.bias !== false }));
    return { type: 'layers', layers };
  },
});

import { Type } from 'typebox';
import {
  activationOf,
  convBlock,
  doublings,
  filtersParam,
  headParams,
  styleParams,
  withHeads,
} from '../blocks/index.js';
import { defineNetwork, type LayerConfig } from '../registry/index.js';

export const stylegan2Discriminator = defineNetwork({
  type: 'stylegan2-discriminator',
  summary:
    'StyleGAN2’s discriminator: residual blocks down to 4 pixels, minibatch standard deviation, one score.',
  description: 'A lite form: without blur filters and equalised learning rates.',
  paper: 'arXiv:1912.04958',
  params: Type.Object(
    {
      filters: filtersParam({
        default: 32,
        description: 'Channels at full size; doubled per halving, up to `max_filters`.',
      }),
      max_filters: filtersParam({ default: 512, description: 'Channels at most.' }),
      ...styleParams('none', { type: 'leaky-relu', slope: 0.2 }),
      ...headParams(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'stylegan2-discriminator', filters: 32 },

  expand({ filters, max_filters, output, outputs, ...style }, { input }) {
    const [height = 0, width = 0] = input;
    const times = doublings({ height, width });
    const channels = (level: number) => Math.min(filters * 2 ** level, max_filters);
    const layers: LayerConfig[] = convBlock('stem', style, { filters: channels(0), kernel: 1 });
    for (let level = 1; level <= times; level++) {
      const path = `block${level}`;
      const from = layers.at(-1)!.id;
      const plain = { norm: 'none', activation: 'none', bias: false };
      layers.push(
        ...convBlock(`${path}/a`, style, { filters: channels(level - 1), kernel: 3 }),
        ...convBlock(`${path}/b`, style, { filters: channels(level), kernel: 3, stride: 2 }),
      );
      const main = layers.at(-1)!.id;
      layers.push(
        { id: `${path}/side/pool`, type: 'pool', from },
        ...convBlock(`${path}/side`, style, { filters: channels(level), kernel: 1, ...plain }),
        { id: `${path}/add`, type: 'add', from: [main, `${path}/side/conv`], scale: Math.SQRT1_2 },
      );
    }
    layers.push(
      { id: 'last/spread', type: 'minibatch-stddev' },
      ...convBlock('last/a', style, { filters: channels(times), kernel: 3 }),
      {
        id: 'last/b/dense',
        type: 'dense',
        units: channels(times),
        init: style.init,
        weight_norm: style.weight_norm,
      },
      ...activationOf(style.activation, 'last/b'),
    );
    return withHeads(layers, style, { output, outputs });
  },
});

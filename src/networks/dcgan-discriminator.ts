import { Type } from 'typebox';
import { convBlock, doublings, filtersParam, headParams, styleParams, withHeads } from '../blocks/index.js';
import { defineNetwork, type LayerConfig } from '../registry/index.js';

export const dcganDiscriminator = defineNetwork({
  type: 'dcgan-discriminator',
  summary: 'Judges a whole image: strided convolutions down to 4 pixels, then one score or several outputs.',
  description:
    '4x4 convolutions of stride 2 that double the filters; every one but the first is normalised. The first has a bias with `auto`, the last always unless `bias: false`.',
  paper: 'arXiv:1511.06434',
  params: Type.Object(
    {
      filters: filtersParam({ default: 64, description: 'Output channels of the first convolution.' }),
      ...styleParams('batch', { type: 'leaky-relu', slope: 0.2 }),
      ...headParams(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'dcgan-discriminator', filters: 64 },

  expand({ filters, output, outputs, ...style }, { input }) {
    const [height = 0, width = 0] = input;
    const layers: LayerConfig[] = [];
    for (let i = 0; i < doublings({ height, width }); i++) {
      const conv = { filters: filters * 2 ** i, kernel: 4, stride: 2, padding: 1 };
      layers.push(...convBlock(`c${i + 1}`, style, { ...conv, ...(i === 0 ? { norm: 'none' } : {}) }));
    }
    return withHeads(layers, style, { output, outputs });
  },
});

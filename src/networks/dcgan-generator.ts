import { Type } from 'typebox';
import {
  activationOf,
  convBlock,
  doublings,
  filtersParam,
  imageOutputParam,
  imageSize,
  needsBias,
  normOf,
  sizeParam,
  styleParams,
  upsampleParam,
} from '../blocks/index.js';
import { defineNetwork, type LayerConfig } from '../registry/index.js';

export const dcganGenerator = defineNetwork({
  type: 'dcgan-generator',
  summary:
    'Generates an image from a vector: a small map with many channels, doubled in size up to the image.',
  description:
    'A dense layer to 4 pixels on the shorter side, then transposed 4x4 convolutions of stride 2 with half the channels each; `filters` before the last. Several arguments (noise and a label) are one vector.',
  paper: 'arXiv:1511.06434',
  params: Type.Object(
    {
      filters: filtersParam({ default: 64, description: 'Channels before the last layer.' }),
      size: sizeParam(),
      ...styleParams('batch', 'relu'),
      upsample: upsampleParam(),
      output: imageOutputParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'dcgan-generator', filters: 64, size: 64 },

  expand({ filters, size, upsample, output, ...style }, { image }) {
    const made = imageSize(size, image);
    const times = doublings(made);
    const [height, width] = [made.height / 2 ** times, made.width / 2 ** times];
    const widest = filters * 2 ** (times - 1);
    const { init, weight_norm } = style;
    const layers: LayerConfig[] = [
      {
        id: 'project/dense',
        type: 'dense',
        units: height * width * widest,
        bias: needsBias(style.bias, style.norm),
        init,
        weight_norm,
      },
      { id: 'project/reshape', type: 'reshape', shape: [height, width, widest] },
      ...normOf(style.norm, 'project'),
      ...activationOf(style.activation, 'project'),
    ];
    const up = { kernel: 4, stride: 2, padding: 1, upsample };
    for (let i = 1; i < times; i++)
      layers.push(...convBlock(`up${i}`, style, { ...up, filters: widest / 2 ** i }));
    const last = {
      filters: output.channels,
      norm: 'none',
      activation: output.activation,
      bias: style.bias !== false,
    };
    layers.push(...convBlock('output', style, { ...up, ...last }));
    return { type: 'layers', layers };
  },
});

import { Type } from 'typebox';
import {
  activationOf,
  doublings,
  filtersParam,
  imageSize,
  initParam,
  roleChoice,
  sizeParam,
} from '../blocks/index.js';
import { defineNetwork, type LayerConfig } from '../registry/index.js';

export const stylegan2Synthesis = defineNetwork({
  type: 'stylegan2-synthesis',
  summary:
    'StyleGAN2’s generator after its mapping: modulated convolutions, noise, and an image summed over all resolutions.',
  description:
    'Starts from a learned map of 4 pixels; every doubling is bilinear upsampling and two modulated convolutions with noise, and adds to the image. A lite form: without blur filters and equalised learning rates.',
  paper: 'arXiv:1912.04958',
  params: Type.Object(
    {
      filters: filtersParam({
        default: 32,
        description: 'Channels at full size; doubled per halving, up to `max_filters`.',
      }),
      max_filters: filtersParam({ default: 512, description: 'Channels at most.' }),
      size: sizeParam(),
      activation: roleChoice('activation', {
        default: { type: 'leaky-relu', slope: 0.2 },
        description: 'After each convolution.',
      }),
      init: initParam(),
      output: Type.Object(
        {
          channels: Type.Integer({ minimum: 1, default: 3, description: 'Channels of the image made.' }),
          activation: roleChoice('activation', { default: 'none', description: 'The paper has none.' }),
        },
        { additionalProperties: false, default: {}, description: 'The image.' },
      ),
    },
    { additionalProperties: false },
  ),
  example: { type: 'stylegan2-synthesis', filters: 32, size: 64 },

  expand({ filters, max_filters, size, activation, init, output }, { image, inputs }) {
    const [by = 'input'] = Object.keys(inputs);
    const made = imageSize(size, image);
    const times = doublings(made);
    const width = (level: number) => Math.min(filters * 2 ** (times - level), max_filters);
    const styled = (path: string, channels: number): LayerConfig[] => [
      { id: `${path}/conv`, type: 'modulated-conv', filters: channels, by, init },
      { id: `${path}/noise`, type: 'noise', learned: true },
      ...activationOf(activation, path),
    ];
    const side = (length: number) => length / 2 ** times;
    const layers: LayerConfig[] = [
      { id: 'start/constant', type: 'constant', shape: [side(made.height), side(made.width), width(0)] },
    ];
    let map: string | undefined;
    let picture: string | undefined;
    for (let level = 0; level <= times; level++) {
      const path = `level${level}`;
      if (map !== undefined)
        layers.push(
          { id: `${path}/a/upsample`, type: 'upsample', interpolation: 'bilinear', from: map },
          ...styled(`${path}/a`, width(level)),
        );
      layers.push(...styled(`${path}/b`, width(level)));
      map = layers.at(-1)!.id;
      const image = `${path}/image/conv`;
      layers.push({
        id: image,
        type: 'modulated-conv',
        kernel: 1,
        filters: output.channels,
        by,
        demodulate: false,
        init,
      });
      if (picture !== undefined) {
        layers.push(
          { id: `${path}/image/upsample`, type: 'upsample', interpolation: 'bilinear', from: picture },
          { id: `${path}/image/add`, type: 'add', from: [image, `${path}/image/upsample`] },
        );
      }
      picture = layers.at(-1)!.id;
    }
    return { type: 'layers', layers: [...layers, ...activationOf(output.activation, 'output')] };
  },
});

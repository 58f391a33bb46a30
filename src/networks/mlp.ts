import { Type } from 'typebox';
import { activationOf, initParam, roleChoice, weightNormParam } from '../blocks/index.js';
import { defineNetwork, type LayerConfig } from '../registry/index.js';

export const mlp = defineNetwork({
  type: 'mlp',
  summary:
    'Dense layers one after the other: StyleGAN’s mapping from noise to styles, or a critic of vectors.',
  description:
    'With `normalise` the input is first scaled to unit mean square, as StyleGAN does with its noise.',
  paper: 'arXiv:1812.04948',
  params: Type.Object(
    {
      layers: Type.Integer({ minimum: 1, maximum: 64, default: 8, description: 'Dense layers.' }),
      units: Type.Integer({
        minimum: 1,
        maximum: 65536,
        default: 512,
        description: 'Length of each layer’s output.',
      }),
      normalise: Type.Boolean({
        default: true,
        description: 'Whether the input is scaled to unit mean square.',
      }),
      output: Type.Optional(
        Type.Object(
          {
            units: Type.Integer({
              minimum: 1,
              description: 'Length of the last output, which has no activation.',
            }),
          },
          { additionalProperties: false, description: 'A last layer without activation; default: none.' },
        ),
      ),
      activation: roleChoice('activation', {
        default: { type: 'leaky-relu', slope: 0.2 },
        description: 'After each layer but the last one of `output`.',
      }),
      init: initParam(),
      weight_norm: weightNormParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'mlp', layers: 8, units: 512 },

  expand({ layers: depth, units, normalise, output, activation, init, weight_norm }) {
    const dense = (id: string, length: number): LayerConfig => ({
      id: `${id}/dense`,
      type: 'dense',
      units: length,
      init,
      weight_norm,
    });
    const layers: LayerConfig[] = normalise ? [{ id: 'normalise/norm', type: 'pixel-norm' }] : [];
    for (let i = 1; i <= depth; i++) layers.push(dense(`d${i}`, units), ...activationOf(activation, `d${i}`));
    if (output) layers.push(dense('output', output.units));
    return { type: 'layers', layers };
  },
});

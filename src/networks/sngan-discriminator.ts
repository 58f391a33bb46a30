import { Type } from 'typebox';
import {
  activationOf,
  attentionBehind,
  attentionParam,
  doublings,
  filtersParam,
  headParams,
  preactivatedBlock,
  styleParams,
  withHeads,
} from '../blocks/index.js';
import { defineNetwork, firstInput, type LayerConfig } from '../registry/index.js';

export const snganDiscriminator = defineNetwork({
  type: 'sngan-discriminator',
  summary: 'Residual discriminator of SNGAN, optionally with projection of a label.',
  description:
    'Pre-activated residual blocks down to 8 pixels, two more of the same size, a sum over all pixels, a score. With `inputs: [image, label]` and `projection: label` the score gains the product of those sums with a learned vector per class (arXiv:1802.05637).',
  paper: 'arXiv:1802.05957',
  params: Type.Object(
    {
      filters: filtersParam({ default: 128, description: 'Channels of all blocks.' }),
      projection: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'The argument whose class the score depends on.',
          examples: ['label'],
        }),
      ),
      attention: attentionParam(),
      ...styleParams('none', 'relu'),
      ...headParams(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'sngan-discriminator', weight_norm: 'spectral' },

  expand({ filters, projection, attention, output, outputs, ...style }, { input, inputs }) {
    const [height = 0, width = 0] = input;
    const downs = Math.max(1, doublings({ height, width }) - 1);
    const sides = Array.from({ length: downs }, (_, i) => Math.min(height, width) / 2 ** (i + 1));
    const layers: LayerConfig[] = [];
    for (let i = 0; i < downs + 2; i++) {
      const from = layers.at(-1)?.id ?? firstInput(inputs);
      layers.push(
        ...preactivatedBlock(`block${i + 1}`, from, style, {
          filters,
          resize: i < downs ? 'down' : 'none',
          first: i === 0,
          shortcut: i < downs,
        }),
        ...(i < downs ? attentionBehind(sides[i]!, attention, sides, style) : []),
      );
    }
    layers.push(...activationOf(style.activation, 'last'), {
      id: 'last/pool',
      type: 'global-pool',
      kind: 'sum',
    });
    const made = withHeads(layers, style, { output, outputs });
    if (projection === undefined) return made;
    const { init, weight_norm } = style;
    return {
      type: 'layers',
      layers: [
        ...made.layers,
        {
          id: 'projection/product',
          type: 'projection',
          by: projection,
          from: 'last/pool',
          init,
          weight_norm,
        },
        { id: 'projected/add', type: 'add', from: [made.layers.at(-1)!.id, 'projection/product'] },
      ],
    };
  },
});

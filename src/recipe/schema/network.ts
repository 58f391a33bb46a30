import { Type } from 'typebox';
import { NAME_PATTERN } from '../../core/call.js';
import type { SectionOf } from './types.js';

/** Keys of every network. `like` is looked up before this is checked. */
export const networkKeys = {
  inputs: Type.Optional(
    Type.Array(Type.String({ pattern: NAME_PATTERN }), {
      minItems: 1,
      uniqueItems: true,
      description:
        'Names of a call’s arguments, for layers that say `from:` or `by:`; without it they are stacked on the channels.',
      examples: [['image', 'label']],
    }),
  ),
  ema: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description:
        'Share of the averaged weights that each update of the network keeps (arXiv:1806.04498): outputs use them, training does not.',
      examples: [0.999],
    }),
  ),
  weights: Type.Optional(
    Type.String({
      title: 'file or RUN#NETWORK',
      pattern: '^[^#]+(#[A-Za-z][A-Za-z0-9_]*)?$',
      description:
        'What it starts from: a safetensors file, or RUN#NETWORK, the last checkpoint of a run; default: its `init`.',
      examples: ['./G.safetensors', 'last#G'],
    }),
  ),
  inference: Type.Object(
    {
      dropout: Type.Boolean({
        default: false,
        description: 'Dropout acts in outputs too: their only noise in pix2pix.',
      }),
      batch_statistics: Type.Boolean({
        default: false,
        description: 'Batch norm uses the statistics of the one example, not running ones.',
      }),
    },
    {
      additionalProperties: false,
      default: {},
      description: 'What stays as in training when outputs are made.',
    },
  ),
};

export type RecipeNetwork = SectionOf<typeof networkKeys>;

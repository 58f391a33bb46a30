import { type TProperties, Type } from 'typebox';
import { section } from './keywords.js';

/** Keys of every optimiser. */
export const optimizerKeys: TProperties = {
  learning_rate: Type.Number({ exclusiveMinimum: 0, description: 'Step size.', examples: [2e-4] }),
  schedule: Type.Optional(section('schedule', 'Multiplies the learning rate as training goes on.')),
  clip_norm: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      description: 'Gradients of a network longer than this, all taken together, are shortened to it.',
    }),
  ),
  clip_weights: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      description: 'Weights are clipped to [-c, c] after every update (WGAN).',
    }),
  ),
};

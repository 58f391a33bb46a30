import { Type } from 'typebox';
import { section } from './keywords.js';
import type { SectionOf } from './types.js';

export type ScheduleConfig = SectionOf;

/** Keys of every optimiser. */
export const optimizerKeys = {
  learning_rate: Type.Number({ exclusiveMinimum: 0, description: 'Step size.', examples: [2e-4] }),
  schedule: Type.Optional(
    section<ScheduleConfig>('schedule', 'Multiplies the learning rate as training goes on.'),
  ),
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

export type OptimizerConfig = SectionOf<typeof optimizerKeys>;

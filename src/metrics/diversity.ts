import { Type } from 'typebox';
import { defineDrawsMetric } from '../registry/index.js';
import { assertSameSize, meanOfDifferences } from './support/pair.js';

export const diversity = defineDrawsMetric({
  type: 'diversity',
  summary: 'How much the outputs of one input differ under different noise.',
  description:
    'Each example’s output is made `draws` times, each with noise of its own; mean over all pairs of draws of |a - b|, mean over pixels and channels, on the 8-bit scale. 0 where the game ignores its noise, as conditional GANs tend to. References are not looked at: random dots are diverse, too.',
  formula: 'mean over i < j of mean |y_i - y_j|',
  paper: 'arXiv:1711.11586',
  better: 'higher',
  unit: '0-255',
  params: Type.Object(
    {
      draws: Type.Integer({
        minimum: 2,
        maximum: 100,
        default: 5,
        description: 'How often each output is made.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'diversity', draws: 5 },
  draws: ({ draws }) => draws,

  build() {
    return (images) => {
      let [sum, pairs] = [0, 0];
      for (const [i, a] of images.entries()) {
        for (const b of images.slice(0, i)) {
          assertSameSize('diversity', a, b);
          sum += meanOfDifferences(a, b, Math.abs);
          pairs += 1;
        }
      }
      return sum / pairs;
    };
  },
});

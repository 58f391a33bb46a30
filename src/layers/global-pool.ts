import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const globalPool = defineLayer({
  type: 'global-pool',
  summary: 'One value per channel: the mean or the sum over all pixels.',
  formula: 'y[c] = mean (or sum) over i, j of x[i, j, c]',
  paper: 'arXiv:1312.4400',
  params: Type.Object(
    {
      kind: Type.Enum(['average', 'sum'], {
        default: 'average',
        description: '`average` is the mean, `sum` what SNGAN’s discriminators take.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'global-pool' },

  plan(_params, inputs) {
    const shape = imageShape('global pool', inputs);
    return { output: [shape[2]], variables: [], flops: sizeOf(shape) };
  },

  build({ kind }, { tf }) {
    return ([input]) => (kind === 'average' ? tf.mean(input!, [1, 2]) : tf.sum(input!, [1, 2]));
  },
});

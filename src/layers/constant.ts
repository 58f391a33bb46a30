import type { Tensor } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const constant = defineLayer({
  type: 'constant',
  summary: 'A learned image that does not depend on the input: the start of StyleGAN’s generator.',
  description: 'Its input says only how many examples there are. Variable: value [shape], from N(0, 1).',
  formula: 'y = value',
  paper: 'arXiv:1812.04948',
  params: Type.Object(
    {
      shape: Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 1,
        maxItems: 3,
        description: 'Of one example: [length], or [height, width, channels].',
        examples: [[4, 4, 512]],
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'constant', shape: [4, 4, 3] },

  plan({ shape }) {
    const init = { type: 'normal', mean: 0, deviation: 1 } as const;
    return {
      output: shape,
      variables: [{ name: 'value', shape, init, trainable: true }],
      flops: sizeOf(shape),
    };
  },

  build({ shape }, { tf }) {
    return ([input], { value }) => {
      const ones: Tensor = tf.fill([input!.shape[0], ...shape.map(() => 1)], 1);
      return tf.mul(value!, ones);
    };
  },
});

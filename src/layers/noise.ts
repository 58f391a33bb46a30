import { Type } from 'typebox';
import { singleShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const noise = defineLayer({
  type: 'noise',
  random: true,
  summary:
    'Adds independent normal noise to every value, or one noise image to all channels by learned strengths.',
  description:
    'As a regulariser it acts where dropout does: in training, and in outputs with `inference.dropout`. With `learned` it is StyleGAN’s detail noise (arXiv:1812.04948), always on. Variable where learned: strength [channels], from 0.',
  formula:
    'y = x + deviation n, n ~ N(0, 1) per value; learned: y[i, j, c] = x[i, j, c] + strength[c] n[i, j]',
  paper: 'arXiv:1610.04490',
  params: Type.Object(
    {
      deviation: Type.Number({ minimum: 0, default: 0.1, description: 'Standard deviation of the noise.' }),
      learned: Type.Boolean({
        default: false,
        description:
          'Whether one noise image is added to all channels, each with a strength that is learned.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'noise', deviation: 0.1 },

  plan({ learned }, inputs) {
    const output = singleShape('noise', inputs);
    return {
      output,
      variables: learned
        ? [
            {
              name: 'strength',
              shape: [output.at(-1)!],
              init: { type: 'constant', value: 0 },
              trainable: true,
            },
          ]
        : [],
      flops: 2 * sizeOf(output),
    };
  },

  build({ deviation, learned }, { tf }) {
    return ([input], { strength }, call) => {
      const { shape } = input!;
      if (learned) {
        const drawn = call.draw(
          [...shape.slice(0, -1), 1],
          (random, values) => void random.fillNormal(values),
        );
        return tf.add(input!, tf.mul(drawn, strength!));
      }
      if (!call.dropout || deviation === 0) return input!;
      const drawn = call.draw(shape, (random, values) => void random.fillNormal(values, 0, deviation));
      return tf.add(input!, drawn);
    };
  },
});

import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const minibatchStddev = defineLayer({
  type: 'minibatch-stddev',
  summary:
    'Adds a channel with the standard deviation over the batch, which reveals fakes that are all alike.',
  description:
    'The standard deviation over the batch, mean over all values; the same number in every pixel and image.',
  formula: 'y = (x, mean over i, j, c of sqrt(variance over the batch of x[i, j, c] + 1e-8))',
  paper: 'arXiv:1710.10196',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'minibatch-stddev' },

  plan(_params, inputs) {
    const [height, width, channels] = imageShape('minibatch-stddev', inputs);
    return {
      output: [height, width, channels + 1],
      variables: [],
      flops: 4 * sizeOf([height, width, channels]),
    };
  },

  build(_params, { tf }) {
    return ([input]) => {
      const [batch = 1, height = 1, width = 1] = input!.shape;
      const variance = tf.mean(tf.square(tf.sub(input!, tf.mean(input!, 0, true))), 0, true);
      const spread = tf.mean(tf.sqrt(tf.add(variance, 1e-8)));
      return tf.concat([input!, tf.mul(tf.fill([batch, height, width, 1], 1), spread)], -1);
    };
  },
});

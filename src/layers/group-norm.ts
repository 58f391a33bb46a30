import type { Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { imageShape } from '../core/image-shape.js';
import { formatShape, sizeOf } from '../core/shape.js';
import { affineParam, affineVariables, epsilonParam } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const groupNorm = defineLayer({
  type: 'group-norm',
  role: 'norm',
  short: 'group',
  summary: 'Group normalisation: per image and group of channels, over all pixels.',
  description: 'Between instance norm (as many groups as channels) and layer norm (one group).',
  formula:
    'y = gamma (x - mean) / sqrt(variance + epsilon) + beta, moments over one group’s pixels and channels',
  paper: 'arXiv:1803.08494',
  params: Type.Object(
    {
      groups: Type.Integer({
        minimum: 1,
        maximum: 65536,
        default: 32,
        description:
          'Groups that the channels are divided into, one after the other; fewer where there are not so many.',
      }),
      epsilon: epsilonParam(),
      affine: affineParam(true),
    },
    { additionalProperties: false },
  ),
  example: { type: 'group-norm', groups: 3 },

  centres({ groups }, output) {
    return { values: sizeOf(output) / Math.min(groups, output.at(-1)!), overBatch: false };
  },

  plan({ groups, affine }, inputs) {
    const output = imageShape('group norm', inputs);
    const count = Math.min(groups, output[2]);
    if (output[2] % count !== 0) {
      throw new UserError(`The channels of ${formatShape(output)} do not divide into ${count} groups.`, {
        exitCode: 2,
        point: { key: 'norm' },
        remedy: 'Choose `groups` so that it divides the filters.',
      });
    }
    return { output, variables: affine ? affineVariables(output[2]) : [], flops: 8 * sizeOf(output) };
  },

  build({ groups, epsilon }, { tf, ops }) {
    return ([input], { gamma, beta }) => {
      const [batch, height, width, channels] = (input as Tensor4D).shape;
      const count = Math.min(groups, channels);
      // Groups as channels: what is left of each pixel's channels lies along the width.
      const grouped = tf.reshape(input!, [batch, height * width, count, channels / count]);
      const laid = tf.reshape(tf.transpose(grouped, [0, 1, 3, 2]), [
        batch,
        height * width,
        channels / count,
        count,
      ]);
      const { y } = ops.normalise(laid as Tensor4D, [1, 2], epsilon);
      const back = tf.reshape(tf.transpose(y, [0, 1, 3, 2]), (input as Tensor4D).shape);
      return gamma && beta ? tf.add(tf.mul(back, gamma), beta) : back;
    };
  },
});

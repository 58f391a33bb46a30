import type { Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { epsilonParam, perImage, styleLength } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

const START = { type: 'normal', mean: 0, deviation: 0.02 } as const;

export const adaptiveInstanceNorm = defineLayer({
  type: 'adaptive-instance-norm',
  role: 'norm',
  short: 'adaptive-instance',
  references: ['by'],
  summary: 'Instance normalisation whose scale and shift come from a style: AdaIN, of MUNIT and StyleGAN.',
  description:
    'The style is a vector: mapped noise, or what an encoder read from another image. Variables: gamma and beta, each [length of `by`, channels] from N(0, 0.02). `by` names an argument of the network, so the network says `inputs:`. The first paper takes scale and shift from another image’s statistics and learns neither.',
  formula: 'y = (1 + gamma^T s) (x - mean) / sqrt(variance + epsilon) + beta^T s, s the vector `by`',
  paper: 'arXiv:1703.06868',
  params: Type.Object(
    {
      by: Type.String({
        minLength: 1,
        description: 'The style: an argument of the network by its name, or a layer by its id.',
        examples: ['style'],
      }),
      epsilon: epsilonParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'adaptive-instance-norm', by: 'style' },

  centres: (_params, [height = 1, width = 1]) => ({ values: height * width, overBatch: false }),

  plan(_params, [input, by]) {
    const output = imageShape('adaptive instance norm', input ? [input] : []);
    const length = styleLength(by);
    const shape = [length, output[2]];
    return {
      output,
      variables: [
        { name: 'gamma', shape, init: START, trainable: true },
        { name: 'beta', shape, init: START, trainable: true },
      ],
      flops: 8 * sizeOf(output) + 4 * sizeOf(shape),
    };
  },

  build({ epsilon }, { tf, ops }) {
    return ([input, by], { gamma, beta }) => {
      const y = ops.normalise(input as Tensor4D, [1, 2], epsilon).y;
      return tf.add(tf.mul(y, tf.add(perImage(tf, by!, gamma!), 1)), perImage(tf, by!, beta!));
    };
  },
});

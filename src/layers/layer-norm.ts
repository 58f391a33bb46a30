import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { singleShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { affineParam, affineVariables, epsilonParam } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const layerNorm = defineLayer({
  type: 'layer-norm',
  role: 'norm',
  short: 'layer',
  summary: 'Layer normalisation: per image, over all pixels and channels.',
  description:
    'Judges each image by itself, as a gradient penalty needs. Variables where `affine`: gamma and beta per channel.',
  formula: 'y = gamma (x - mean) / sqrt(variance + epsilon) + beta',
  paper: 'arXiv:1607.06450',
  params: Type.Object(
    { epsilon: epsilonParam(), affine: affineParam(true) },
    { additionalProperties: false },
  ),
  example: { type: 'layer-norm' },

  centres: (_params, output) => ({ values: sizeOf(output), overBatch: false }),

  plan({ affine }, inputs) {
    const output = singleShape('layer norm', inputs);
    return {
      output,
      variables: affine ? affineVariables(output.at(-1)!) : [],
      flops: 8 * sizeOf(output),
    };
  },

  build({ epsilon }, { tf, ops }) {
    return ([input], { gamma, beta }) => {
      const [batch = 1, ...shape] = input!.shape;
      const image = tf.reshape(input!, [batch, 1, sizeOf(shape) / shape.at(-1)!, shape.at(-1)!]);
      const { y } = ops.normalise(
        image as Tensor4D,
        [1, 2, 3],
        epsilon,
        gamma as Tensor1D | undefined,
        beta as Tensor1D | undefined,
      );
      return tf.reshape(y, input!.shape);
    };
  },
});

import type { Tensor2D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { singleShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import {
  biasVariable,
  initParam,
  kernelInit,
  normalisedKernel,
  weightNormParam,
  weightNormVariables,
} from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const dense = defineLayer({
  type: 'dense',
  summary: 'Fully connected: every output is a weighted sum of all inputs.',
  description: 'An image is read as one long vector. Variables: kernel [in, units], bias [units].',
  formula: 'y = W^T x + b',
  paper: 'doi:10.1038/323533a0',
  params: Type.Object(
    {
      units: Type.Integer({ minimum: 1, maximum: 1 << 24, description: 'Length of the output.' }),
      bias: Type.Boolean({ default: true, description: 'Whether a bias per output is added.' }),
      init: initParam(),
      weight_norm: weightNormParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'dense', units: 10 },

  plan({ units, bias, init, weight_norm }, inputs) {
    const length = sizeOf(singleShape('dense layer', inputs));
    const fans = { fanIn: length, fanOut: units };
    return {
      output: [units],
      variables: [
        { name: 'kernel', shape: [length, units], init: kernelInit(init, fans), trainable: true },
        ...weightNormVariables(weight_norm, units),
        ...(bias ? [biasVariable(units)] : []),
      ],
      flops: 2 * length * units,
    };
  },

  build(_params, { tf }) {
    return ([input], { kernel, bias, u }, call) => {
      const weights = normalisedKernel(tf, kernel as Tensor2D, u, 1, call);
      const y = tf.matMul(tf.reshape(input!, [input!.shape[0], -1]), weights);
      return bias ? tf.add(y, bias) : y;
    };
  },
});

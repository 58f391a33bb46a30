import type { Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { imageShape } from '../core/image-shape.js';
import { formatShape } from '../core/shape.js';
import { windowedSide } from '../core/window.js';
import {
  convVariables,
  filtersParam,
  initParam,
  kernelParam,
  normalisedKernel,
  paddingParam,
  weightNormParam,
} from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const conv = defineLayer({
  type: 'conv',
  summary: 'Two-dimensional convolution.',
  description:
    'Variables: kernel [k, k, in, filters], bias [filters]. Output side: floor((n + 2p - k) / s) + 1.',
  formula: 'y[i, j, o] = b[o] + sum over a, b, c of w[a, b, c, o] x[s i + a - p, s j + b - p, c]',
  paper: 'doi:10.1162/neco.1989.1.4.541',
  params: Type.Object(
    {
      filters: filtersParam(),
      kernel: kernelParam(3),
      stride: Type.Integer({
        minimum: 1,
        maximum: 16,
        default: 1,
        description: 'Step of the window in pixels.',
      }),
      padding: paddingParam('same'),
      bias: Type.Boolean({ default: true, description: 'Whether a bias per output channel is added.' }),
      init: initParam(),
      weight_norm: weightNormParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'conv', filters: 64, kernel: 4, stride: 2, padding: 1 },

  plan({ filters, kernel, stride, padding, ...start }, inputs) {
    const [height, width, channels] = imageShape('convolution', inputs);
    const output = [
      windowedSide(height, kernel, stride, padding),
      windowedSide(width, kernel, stride, padding),
      filters,
    ];
    if (output[0]! < 1 || output[1]! < 1) {
      throw new UserError(
        `A ${kernel}x${kernel} convolution with padding ${padding} does not fit into an input of ${formatShape([height, width, channels])}.`,
        {
          exitCode: 2,
          point: { code: 'too-small' },
          remedy: 'Use a larger `size`, fewer downsampling layers, or a smaller kernel.',
        },
      );
    }
    return {
      output,
      variables: convVariables([kernel, kernel, channels, filters], filters, start),
      flops: 2 * kernel * kernel * channels * filters * output[0]! * output[1]!,
      window: { kernel, stride },
    };
  },

  build({ stride, padding }, { tf }) {
    return ([input], { kernel, bias, u }, call) => {
      const weights = normalisedKernel(tf, kernel as Tensor4D, u, 3, call);
      const y = tf.conv2d(input as Tensor4D, weights, stride, padding);
      return bias ? tf.add(y, bias) : y;
    };
  },
});

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

export const dilatedConv = defineLayer({
  type: 'dilated-conv',
  summary: 'Convolution with spaced taps: a larger receptive field with the same number of weights.',
  description:
    'Stride 1. Variables: kernel [k, k, in, filters], bias [filters]. Output side: n + 2p - d (k - 1), or n for `same`.',
  formula: 'y[i, j, o] = b[o] + sum over a, b, c of w[a, b, c, o] x[i + d a - p, j + d b - p, c]',
  paper: 'arXiv:1511.07122',
  params: Type.Object(
    {
      filters: filtersParam(),
      kernel: kernelParam(3),
      dilation: Type.Integer({ minimum: 1, maximum: 64, default: 2, description: 'Pixels from tap to tap.' }),
      padding: paddingParam('same'),
      bias: Type.Boolean({ default: true, description: 'Whether a bias per output channel is added.' }),
      init: initParam(),
      weight_norm: weightNormParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'dilated-conv', filters: 8, dilation: 2 },

  plan({ filters, kernel, dilation, padding, ...start }, inputs) {
    const [height, width, channels] = imageShape('dilated convolution', inputs);
    const [rows, columns] = [height, width].map((side) => windowedSide(side, kernel, 1, padding, dilation));
    if (rows! < 1 || columns! < 1) {
      throw new UserError(
        `A ${kernel}x${kernel} convolution of dilation ${dilation} with padding ${padding} does not fit into an input of ${formatShape([height, width, channels])}.`,
        {
          exitCode: 2,
          point: { code: 'too-small' },
          remedy: 'Use a smaller kernel or dilation, or `padding: same`.',
        },
      );
    }
    return {
      output: [rows!, columns!, filters],
      variables: convVariables([kernel, kernel, channels, filters], filters, start),
      flops: 2 * kernel * kernel * channels * filters * rows! * columns!,
      window: { kernel, stride: 1, dilation },
    };
  },

  build({ dilation, padding }, { tf }) {
    return ([input], { kernel, bias, u }, call) => {
      const weights = normalisedKernel(tf, kernel as Tensor4D, u, 3, call);
      const y = tf.conv2d(input as Tensor4D, weights, 1, padding, 'NHWC', dilation);
      return bias ? tf.add(y, bias) : y;
    };
  },
});

import type { Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { imageShape } from '../core/image-shape.js';
import { formatShape } from '../core/shape.js';
import { transposedSide } from '../core/window.js';
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

export const transposedConv = defineLayer({
  type: 'transposed-conv',
  summary: 'Transposed convolution: the gradient of a strided convolution, used to enlarge.',
  description:
    'Variables: kernel [k, k, filters, in], bias [filters]. Output side: (n - 1) s - 2p + k + output_padding.',
  formula: 'y[s i + a - p, s j + b - p, o] = b[o] + sum over i, j, a, b, c of w[a, b, o, c] x[i, j, c]',
  paper: 'arXiv:1603.07285',
  params: Type.Object(
    {
      filters: filtersParam(),
      kernel: kernelParam(4),
      stride: Type.Integer({ minimum: 1, maximum: 16, default: 2, description: 'How many times larger.' }),
      padding: paddingParam(1),
      output_padding: Type.Integer({
        minimum: 0,
        maximum: 15,
        default: 0,
        description:
          'Rows and columns more at the far end, fewer than `stride`: which of the sizes that a convolution makes this one of. `same` needs none.',
      }),
      bias: Type.Boolean({ default: true, description: 'Whether a bias per output channel is added.' }),
      init: initParam(),
      weight_norm: weightNormParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'transposed-conv', filters: 64 },

  plan({ filters, kernel, stride, padding, output_padding, ...start }, inputs) {
    const [height, width, channels] = imageShape('transposed convolution', inputs);
    const output = [
      transposedSide(height, kernel, stride, padding, output_padding),
      transposedSide(width, kernel, stride, padding, output_padding),
      filters,
    ];
    if (output_padding >= stride) {
      throw new UserError(`An output_padding of ${output_padding} must be below the stride, ${stride}.`, {
        exitCode: 2,
        point: { code: 'out-of-range', key: 'output_padding' },
        remedy:
          'It selects one of the sizes that a strided convolution maps to one: leave it out, or use stride - 1.',
      });
    }
    if (output[0]! < 1 || output[1]! < 1) {
      throw new UserError(
        `A ${kernel}x${kernel} transposed convolution with padding ${padding} leaves nothing of an input of ${formatShape([height, width, channels])}.`,
        { exitCode: 2, point: { code: 'too-small' }, remedy: 'Use a smaller padding.' },
      );
    }
    return {
      output,
      variables: convVariables([kernel, kernel, filters, channels], filters, start),
      flops: 2 * kernel * kernel * channels * filters * height * width,
      window: { kernel, stride: 1, scale: stride },
    };
  },

  build({ filters, kernel: side, stride, padding, output_padding }, { tf }) {
    return ([input], { kernel, bias, u }, call) => {
      const weights = normalisedKernel(tf, kernel as Tensor4D, u, 2, call);
      const [batch, height, width] = (input as Tensor4D).shape;
      const shape: [number, number, number, number] = [
        batch,
        transposedSide(height, side, stride, padding, output_padding),
        transposedSide(width, side, stride, padding, output_padding),
        filters,
      ];
      const y = tf.conv2dTranspose(input as Tensor4D, weights, shape, stride, padding);
      return bias ? tf.add(y, bias) : y;
    };
  },
});

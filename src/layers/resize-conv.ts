import type { Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import {
  convVariables,
  enlarge,
  factorParam,
  filtersParam,
  initParam,
  interpolationParam,
  kernelParam,
  normalisedKernel,
  weightNormParam,
} from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const resizeConv = defineLayer({
  type: 'resize-conv',
  summary:
    'Enlarges, then convolves: upsampling without the checkerboard artefacts of transposed convolutions.',
  description:
    'Nearest or bilinear, then a convolution of stride 1 with `same` padding. Variables: kernel [k, k, in, filters], bias [filters]. Output side: n factor.',
  formula: 'y = conv(enlarge(x, factor))',
  paper: 'doi:10.23915/distill.00003',
  params: Type.Object(
    {
      filters: filtersParam(),
      kernel: kernelParam(3),
      factor: factorParam(),
      interpolation: interpolationParam(),
      bias: Type.Boolean({ default: true, description: 'Whether a bias per output channel is added.' }),
      init: initParam(),
      weight_norm: weightNormParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'resize-conv', filters: 64 },

  plan({ filters, kernel, factor, ...start }, inputs) {
    const [height, width, channels] = imageShape('resize-conv', inputs);
    const output = [height * factor, width * factor, filters];
    return {
      output,
      variables: convVariables([kernel, kernel, channels, filters], filters, start),
      flops: 2 * kernel * kernel * channels * filters * output[0]! * output[1]!,
      window: { kernel, stride: 1, scale: factor },
    };
  },

  build({ factor, interpolation }, { tf }) {
    return ([input], { kernel, bias, u }, call) => {
      const weights = normalisedKernel(tf, kernel as Tensor4D, u, 3, call);
      const y = tf.conv2d(enlarge(tf, input as Tensor4D, factor, interpolation), weights, 1, 'same');
      return bias ? tf.add(y, bias) : y;
    };
  },
});

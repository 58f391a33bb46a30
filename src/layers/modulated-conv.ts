import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import {
  biasVariable,
  filtersParam,
  initParam,
  kernelInit,
  kernelParam,
  overPixels,
  styleLength,
} from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

/** Keeps the demodulation finite. */
const EPSILON = 1e-8;

export const modulatedConv = defineLayer({
  type: 'modulated-conv',
  references: ['by'],
  summary: 'Convolution whose input channels are scaled by a style: StyleGAN2’s.',
  description:
    'Scaling and demodulating the kernel is done on the image before and after one convolution, which is the same and serves the whole batch. Stride 1, `same` padding. Variables: kernel [k, k, in, filters], the style’s affine [length of `by`, in] with its bias from 1, bias [filters].',
  formula:
    'y_o = b_o + sum of (s_c w[a, b, c, o]) x_c / sqrt(sum over a, b, c of (s_c w[a, b, c, o])^2 + 1e-8), s = A^T by + 1',
  paper: 'arXiv:1912.04958',
  params: Type.Object(
    {
      filters: filtersParam(),
      kernel: kernelParam(3),
      by: Type.String({
        minLength: 1,
        description: 'The style, a vector: an argument of the network, or a layer by its id.',
        examples: ['input'],
      }),
      demodulate: Type.Boolean({
        default: true,
        description: 'Whether outputs are brought back to unit variance; not for the image itself.',
      }),
      bias: Type.Boolean({ default: true, description: 'Whether a bias per output channel is added.' }),
      init: initParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'modulated-conv', filters: 8, by: 'style' },

  plan({ filters, kernel, bias, init }, [input, by]) {
    const [height, width, channels] = imageShape('modulated convolution', input ? [input] : []);
    const length = styleLength(by);
    const shape = [kernel, kernel, channels, filters];
    const fans = { fanIn: kernel * kernel * channels, fanOut: kernel * kernel * filters };
    const style = [length, channels];
    return {
      output: [height, width, filters],
      variables: [
        { name: 'kernel', shape, init: kernelInit(init, fans), trainable: true },
        {
          name: 'style',
          shape: style,
          init: kernelInit(init, { fanIn: style[0]!, fanOut: channels }),
          trainable: true,
        },
        { name: 'style_bias', shape: [channels], init: { type: 'constant', value: 1 }, trainable: true },
        ...(bias ? [biasVariable(filters)] : []),
      ],
      flops: 2 * sizeOf(shape) * height * width + 2 * sizeOf(style) + 2 * sizeOf(shape),
      window: { kernel, stride: 1 },
    };
  },

  build({ demodulate }, { tf }) {
    return ([input, by], { kernel, style, style_bias, bias }) => {
      const scale = tf.add(tf.matMul(by as Tensor2D, style as Tensor2D), style_bias!);
      const image = tf.mul<Tensor4D>(input!, overPixels(tf, scale));
      let y = tf.conv2d(image, kernel as Tensor4D, 1, 'same');
      if (demodulate) {
        const energy = tf.sum<Tensor2D>(tf.square(kernel!), [0, 1]);
        const norm = tf.sqrt(tf.add(tf.matMul(tf.square(scale) as Tensor2D, energy), EPSILON));
        y = tf.div(y, overPixels(tf, norm));
      }
      return bias ? tf.add(y, bias) : y;
    };
  },
});

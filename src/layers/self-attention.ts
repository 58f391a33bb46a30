import type { Rank, Tensor, Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import {
  convVariables,
  initParam,
  normalisedKernel,
  weightNormParam,
  weightNormVariables,
} from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

/** The four 1x1 convolutions, in the paper's letters, with their input and output channels. */
function convolutions(channels: number, reduction: number) {
  const narrow = Math.max(1, Math.floor(channels / reduction));
  const half = Math.max(1, Math.floor(channels / 2));
  return [
    { name: 'query', from: channels, to: narrow },
    { name: 'key', from: channels, to: narrow },
    { name: 'value', from: channels, to: half },
    { name: 'output', from: half, to: channels },
  ];
}

export const selfAttention = defineLayer({
  type: 'self-attention',
  summary: 'Lets every pixel attend to all others, by similarity: SAGAN’s attention.',
  description:
    'Variables: the kernels of four 1x1 convolutions without bias, and gamma, from 0, so that the layer starts as nothing. Values have half the channels, as in the authors’ code, which also pools keys and values; the paper’s text gives them an eighth. Takes memory for (height width)^2 weights: at 32x32 pixels a million per image.',
  formula:
    'y = x + gamma W_o (softmax(q^T k) v), q, k, v = 1x1 convolutions of x, softmax over the pixels gathered from',
  paper: 'arXiv:1805.08318',
  params: Type.Object(
    {
      reduction: Type.Integer({
        minimum: 1,
        default: 8,
        description: 'How many times fewer channels queries and keys have.',
      }),
      init: initParam(),
      weight_norm: weightNormParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'self-attention', reduction: 2 },

  plan({ reduction, init, weight_norm }, inputs) {
    const output = imageShape('self-attention', inputs);
    const pixels = output[0] * output[1];
    const parts = convolutions(output[2], reduction);
    const [query, , value] = parts;
    return {
      output,
      variables: [
        ...parts.flatMap(({ name, from, to }) => [
          ...convVariables([1, 1, from, to], to, { bias: false, init }).map((spec) => ({ ...spec, name })),
          ...weightNormVariables(weight_norm, to).map((spec) => ({ ...spec, name: `${name}_u` })),
        ]),
        { name: 'gamma', shape: [1], init: { type: 'constant', value: 0 }, trainable: true },
      ],
      flops:
        2 * pixels * parts.reduce((sum, { from, to }) => sum + from * to, 0) +
        2 * pixels * pixels * (query!.to + value!.to) +
        4 * pixels * pixels +
        2 * sizeOf(output),
    };
  },

  build(_params, { tf }) {
    return ([input], variables, call) => {
      const x = input as Tensor4D;
      const [batch, height, width] = x.shape;
      const { track } = call;
      /** Each keeps the singular vector of its kernel under its own name. */
      const conv = (image: Tensor4D, name: string): Tensor4D => {
        const tracked = track ? { track: (_name: string, value: Tensor) => track(`${name}_u`, value) } : {};
        const kernel = normalisedKernel(tf, variables[name] as Tensor4D, variables[`${name}_u`], 3, tracked);
        return tf.conv2d(image, kernel, 1, 'same');
      };
      const pixels = (name: string) => {
        const image = conv(x, name);
        return tf.reshape(image, [batch, height * width, image.shape[3]]);
      };
      const likeness = tf.matMul(pixels('query'), pixels('key'), false, true);
      // Less the largest: exp of a sum of products may overflow.
      const shares = tf.exp(tf.sub(likeness, tf.max(likeness, -1, true)));
      const gathered = tf.matMul(tf.div(shares, tf.sum(shares, -1, true)), pixels('value'));
      const image = tf.reshape<Rank.R4>(gathered, [batch, height, width, -1]);
      return tf.add(x, tf.mul(conv(image, 'output'), variables['gamma']!));
    };
  },
});

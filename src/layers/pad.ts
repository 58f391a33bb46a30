import type { Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { imageShape } from '../core/image-shape.js';
import { formatShape } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const pad = defineLayer({
  type: 'pad',
  summary: 'Adds a margin around the image: zeros, or the image mirrored at its border.',
  formula:
    'y[i, j] = x[i - amount, j - amount]; outside the image 0, or x mirrored without repeating the border',
  paper: 'arXiv:1603.08155',
  params: Type.Object(
    {
      amount: Type.Integer({ minimum: 0, maximum: 64, default: 1, description: 'Pixels on each side.' }),
      mode: Type.Enum(['zero', 'reflect'], {
        default: 'zero',
        description:
          '`zero` adds black (grey in [-1, 1]), `reflect` mirrors, which leaves no frame in images.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'pad', amount: 3, mode: 'reflect' },

  plan({ amount, mode }, inputs) {
    const [height, width, channels] = imageShape('pad', inputs);
    if (mode === 'reflect' && amount >= Math.min(height, width)) {
      throw new UserError(
        `A margin of ${amount} pixels cannot be mirrored in an input of ${formatShape([height, width, channels])}.`,
        {
          exitCode: 2,
          point: { code: 'too-small', key: 'amount' },
          remedy: 'It must be smaller than height and width; or use `mode: zero`.',
        },
      );
    }
    return {
      output: [height + 2 * amount, width + 2 * amount, channels],
      variables: [],
      flops: 0,
      window: { kernel: 1, stride: 1 },
    };
  },

  build({ amount, mode }, { tf }) {
    const margins: [number, number][] = [
      [0, 0],
      [amount, amount],
      [amount, amount],
      [0, 0],
    ];
    return ([input]) =>
      mode === 'zero'
        ? tf.pad(input as Tensor4D, margins)
        : tf.mirrorPad(input as Tensor4D, margins, 'reflect');
  },
});

import type { Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { imageShape } from '../core/image-shape.js';
import { formatShape, sizeOf } from '../core/shape.js';
import { windowedSide } from '../core/window.js';
import { defineLayer } from '../registry/index.js';

export const pool = defineLayer({
  type: 'pool',
  summary: 'Shrinks the image: the mean or maximum of each window, per channel.',
  description: 'Windows stand side by side unless `stride` says else; what does not fill one is left out.',
  formula: 'y[i, j, c] = mean (or max) over a, b < size of x[s i + a, s j + b, c]',
  paper: 'doi:10.1109/5.726791',
  params: Type.Object(
    {
      kind: Type.Enum(['average', 'max'], {
        default: 'average',
        description: '`average` is the mean of the window, `max` its largest value.',
      }),
      size: Type.Integer({
        minimum: 1,
        maximum: 64,
        default: 2,
        description: 'Side of the window in pixels.',
      }),
      stride: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 64, description: 'Step of the window; default: its size.' }),
      ),
    },
    { additionalProperties: false },
  ),
  example: { type: 'pool', kind: 'average', size: 2 },

  plan({ size, stride = size }, inputs) {
    const [height, width, channels] = imageShape('pool', inputs);
    const output = [windowedSide(height, size, stride, 0), windowedSide(width, size, stride, 0), channels];
    if (output[0]! < 1 || output[1]! < 1) {
      throw new UserError(
        `A window of ${size}x${size} does not fit into an input of ${formatShape([height, width, channels])}.`,
        {
          exitCode: 2,
          point: { code: 'too-small', key: 'size' },
          remedy: 'Use a larger `size` of the data, or pool less.',
        },
      );
    }
    return {
      output,
      variables: [],
      flops: size * size * sizeOf(output),
      window: { kernel: size, stride },
    };
  },

  build({ kind, size, stride = size }, { tf }) {
    return ([input]) =>
      kind === 'average'
        ? tf.avgPool(input as Tensor4D, size, stride, 'valid')
        : tf.maxPool(input as Tensor4D, size, stride, 'valid');
  },
});

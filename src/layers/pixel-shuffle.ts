import type { Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { imageShape } from '../core/image-shape.js';
import { formatShape } from '../core/shape.js';
import { factorParam } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const pixelShuffle = defineLayer({
  type: 'pixel-shuffle',
  summary:
    'Sub-pixel layer: rearranges channels into pixels, so that the preceding convolution computes the larger image.',
  description:
    'Channels are read in the order row, column, output channel (TensorFlow’s depth to space; PyTorch puts the output channel first).',
  formula: 'y[f i + a, f j + b, c] = x[i, j, (f a + b) C + c], C output channels, f the factor',
  paper: 'arXiv:1609.05158',
  params: Type.Object({ factor: factorParam() }, { additionalProperties: false }),
  example: { type: 'pixel-shuffle', factor: 1 },

  plan({ factor }, inputs) {
    const [height, width, channels] = imageShape('pixel shuffle', inputs);
    if (channels % factor ** 2 !== 0) {
      throw new UserError(
        `A pixel shuffle by ${factor} takes a multiple of ${factor ** 2} channels, but gets ${formatShape([height, width, channels])}.`,
        {
          exitCode: 2,
          point: { key: 'factor' },
          remedy: `Give the convolution before it ${factor ** 2} times as many filters.`,
        },
      );
    }
    return {
      output: [height * factor, width * factor, channels / factor ** 2],
      variables: [],
      flops: 0,
      window: { kernel: 1, stride: 1, scale: factor },
    };
  },

  build({ factor }, { tf }) {
    return ([input]) => (factor === 1 ? input! : tf.depthToSpace(input as Tensor4D, factor));
  },
});

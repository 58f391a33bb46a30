import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { imageShape } from '../core/image-shape.js';
import { formatShape } from '../core/shape.js';
import { defineTensor } from '../registry/index.js';

/** Of red, green and blue in brightness. They sum to 1, so that [-1, 1] stays [-1, 1]. */
const WEIGHTS = [0.299, 0.587, 0.114];

export const grey = defineTensor({
  type: 'grey',
  summary: 'The brightness of a colour image, in one channel: the source of colourisation.',
  description: 'Values stay in [-1, 1]. Shape: [height, width, 1].',
  formula: 'y = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601)',
  paper: 'https://www.itu.int/rec/R-REC-BT.601',
  params: Type.Object(
    { of: Type.String({ description: 'The call or name of an image of 3 channels.' }) },
    { additionalProperties: false },
  ),
  example: { type: 'grey', of: 'photo' },
  operands: ['of'],
  stopsGradient: false,

  shape(_params, [of]) {
    const [height, width, channels] = imageShape('grey', [of!]);
    if (channels === 3) return [height, width, 1];
    throw new UserError(`grey takes an image of 3 channels, but gets ${formatShape(of!)}.`, {
      exitCode: 2,
      point: { key: 'of' },
      remedy: 'A field `as: grey` already has one channel.',
    });
  },

  build:
    (_params, { tf }) =>
    ([of]) =>
      tf.sum(tf.mul(of!, tf.tensor1d(WEIGHTS)), -1, true),
});

import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { singleShape } from '../core/image-shape.js';
import { formatShape, sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const reshape = defineLayer({
  type: 'reshape',
  summary: 'The same values in another shape: a vector as a small image with many channels.',
  formula: 'y has the values of x in the same row-major order',
  params: Type.Object(
    {
      shape: Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 1,
        maxItems: 3,
        description: 'Of one example: [length], or [height, width, channels].',
        examples: [[4, 4, 512]],
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'reshape', shape: [7, 3, 6] },

  plan({ shape }, inputs) {
    const input = singleShape('reshape', inputs);
    if (sizeOf(shape) === sizeOf(input)) return { output: shape, variables: [], flops: 0 };
    throw new UserError(
      `${formatShape(input)} holds ${sizeOf(input)} values, and ${formatShape(shape)} ${sizeOf(shape)}.`,
      {
        exitCode: 2,
        point: { key: 'shape' },
        remedy: 'The number of values must stay the same: check `units` of the layer above.',
      },
    );
  },

  build({ shape }, { tf }) {
    return ([input]) => tf.reshape(input!, [input!.shape[0], ...shape]);
  },
});

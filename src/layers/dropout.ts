import { Type } from 'typebox';
import { singleShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const dropout = defineLayer({
  type: 'dropout',
  random: true,
  summary: 'Zeroes a random share of the values and scales up the rest, so that the mean stays the same.',
  formula: 'y = x m / (1 - rate), m independently 0 with probability `rate`, else 1',
  description:
    'pix2pix has no other source of randomness and keeps it on when outputs are made (`inference.dropout`).',
  paper: 'arXiv:1207.0580',
  params: Type.Object(
    {
      rate: Type.Number({
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0.5,
        description: 'Share of values zeroed.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'dropout', rate: 0.5 },

  plan(_params, inputs) {
    const output = singleShape('dropout', inputs);
    return { output, variables: [], flops: sizeOf(output) };
  },

  build({ rate }, { tf }) {
    const kept = 1 / (1 - rate);
    const threshold = rate * 0x1_0000_0000;
    return ([input], _variables, call) => {
      if (!call.dropout || rate === 0) return input!;
      // Drawn on the host from the step's own seed: the same mask again wherever this step is repeated.
      const mask = call.draw(input!.shape, (random, values) => {
        for (let i = 0; i < values.length; i++) values[i] = random.uint32() < threshold ? 0 : kept;
      });
      return tf.mul(input!, mask);
    };
  },
});

import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const concat = defineLayer({
  type: 'concat',
  inputs: 'many',
  summary: 'Concatenates its inputs along the channels: how a skip link joins the decoder.',
  formula: 'y[i, j] = (a[i, j], b[i, j], ...)',
  paper: 'arXiv:1505.04597',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'concat', from: ['d1', 'e1'] },

  plan(_params, inputs) {
    const first = inputs[0]!;
    const space = first.slice(0, -1);
    for (const shape of inputs) {
      if (shape.length !== first.length || space.some((side, i) => side !== shape[i])) {
        throw new UserError(
          `${inputs.map(formatShape).join(' and ')} cannot be stacked on the channels: all but the last number must be equal.`,
          {
            exitCode: 2,
            point: { code: 'shapes-differ', key: 'from' },
            remedy:
              'Link blocks of the same resolution; with a depth of n, height and width must be multiples of 2^n.',
          },
        );
      }
    }
    const channels = inputs.reduce((sum, shape) => sum + shape.at(-1)!, 0);
    return { output: [...space, channels], variables: [], flops: 0 };
  },

  build(_params, { tf }) {
    return (inputs) => tf.concat([...inputs], -1);
  },
});

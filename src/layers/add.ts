import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { formatShape, sameShape, sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const add = defineLayer({
  type: 'add',
  inputs: 'many',
  summary: 'Adds its inputs elementwise: how a residual block joins its two branches.',
  formula: 'y = (a + b + ...) scale',
  paper: 'arXiv:1512.03385',
  params: Type.Object(
    {
      scale: Type.Number({
        exclusiveMinimum: 0,
        default: 1,
        description: 'Factor on the sum; 0.7071 keeps the variance of two independent ones.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'add', from: ['input', 'c2'] },

  plan(_params, inputs) {
    const first = inputs[0]!;
    const other = inputs.find((shape) => !sameShape(shape, first));
    if (other) {
      throw new UserError(
        `${formatShape(first)} and ${formatShape(other)} cannot be added: all numbers must be equal.`,
        {
          exitCode: 2,
          point: { code: 'shapes-differ', key: 'from' },
          remedy: 'Match the channels with a 1x1 convolution, and the size with its stride.',
        },
      );
    }
    return { output: first, variables: [], flops: inputs.length * sizeOf(first) };
  },

  build({ scale }, { tf }) {
    return (inputs) => {
      const sum = inputs.length === 2 ? tf.add(inputs[0]!, inputs[1]!) : tf.addN([...inputs]);
      return scale === 1 ? sum : tf.mul(sum, scale);
    };
  },
});

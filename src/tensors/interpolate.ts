import { Type } from 'typebox';
import { checkSameShape } from '../blocks/index.js';
import { defineTensor } from '../registry/index.js';

export const interpolate = defineTensor({
  type: 'interpolate',
  summary: 'A random point on the line between two tensors, one draw per example.',
  description:
    'Where a gradient penalty is measured. Both are of one shape, which is also the result’s; new in every step, fixed in samples and evaluation.',
  formula: 'y = of + u (to - of), u ~ U[0, 1) per example',
  paper: 'arXiv:1704.00028',
  params: Type.Object(
    {
      of: Type.String({ description: 'The call or name of one end.' }),
      to: Type.String({ description: 'The call or name of the other end, of the same shape.' }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'interpolate', of: 'real', to: 'fake' },
  operands: ['of', 'to'],
  stopsGradient: false,
  shape: (_params, [of, to]) => checkSameShape('interpolate', of!, to!),
  build:
    (_params, { tf, batch, draw }) =>
    ([of, to]) => {
      const share = draw([batch, ...of!.shape.slice(1).map(() => 1)], (random, values) => {
        for (let i = 0; i < values.length; i++) values[i] = random.uniform();
      });
      return tf.add(of!, tf.mul(share, tf.sub(to!, of!)));
    },
});

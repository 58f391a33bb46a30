import { Type } from 'typebox';
import { checkMaskFits } from '../blocks/index.js';
import { defineTensor } from '../registry/index.js';

export const erase = defineTensor({
  type: 'erase',
  summary: 'An image with a hole: a constant value inside the mask.',
  description: 'What inpainting starts from. Shape: the image’s.',
  formula: 'y = of (1 - where) + value where',
  paper: 'arXiv:1604.07379',
  params: Type.Object(
    {
      of: Type.String({ description: 'The call or name of the image.' }),
      where: Type.String({
        description: 'The call or name of the mask: 1 inside the hole, one channel.',
      }),
      value: Type.Number({
        minimum: -1,
        maximum: 1,
        default: 0,
        description: 'What fills the hole: -1 is black, 0 grey, 1 white.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'erase', of: 'photo', where: 'mask', value: 0 },
  operands: ['of', 'where'],
  stopsGradient: false,
  shape: (_params, [of, where]) => checkMaskFits('erase', of!, where!),
  build:
    ({ value }, { tf }) =>
    ([of, where]) => {
      const rest = tf.mul(of!, tf.sub(1, where!));
      return value === 0 ? rest : tf.add(rest, tf.mul(where!, value));
    },
});

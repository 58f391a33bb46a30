import { Type } from 'typebox';
import { checkMaskFits, checkSameShape } from '../blocks/index.js';
import { defineTensor } from '../registry/index.js';

export const blend = defineTensor({
  type: 'blend',
  summary: 'One image inside the mask, another outside.',
  description:
    'Lays what a generator made into the rest of a photograph; masks between 0 and 1 mix. Shape: the images’.',
  formula: 'y = of where + to (1 - where)',
  params: Type.Object(
    {
      of: Type.String({ description: 'The call or name of the image inside.' }),
      to: Type.String({ description: 'The call or name of the image outside, of the same shape.' }),
      where: Type.String({ description: 'The call or name of the mask: 1 inside, one channel.' }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'blend', of: 'fake', to: 'photo', where: 'mask' },
  operands: ['of', 'to', 'where'],
  stopsGradient: false,
  shape: (_params, [of, to, where]) => checkMaskFits('blend', checkSameShape('blend', of!, to!), where!),
  build:
    (_params, { tf }) =>
    ([of, to, where]) =>
      tf.add(tf.mul(of!, where!), tf.mul(to!, tf.sub(1, where!))),
});

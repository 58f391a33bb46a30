import { Type } from 'typebox';
import { defineTensor } from '../registry/index.js';

export const perturb = defineTensor({
  type: 'perturb',
  summary:
    'A tensor with independent noise on every value: new in every step, fixed in samples and evaluation.',
  description:
    'The neighbourhood of real images in which DRAGAN keeps the discriminator flat, by a `gradient-penalty` at a point between the two. Noise on what a discriminator is shown, real and fake, keeps it from winning at once (arXiv:1701.04862). DRAGAN’s deviation is that of its batch; here it is a number, on the scale of the tensor: images lie in [-1, 1]. Shape: that of `of`.',
  formula: 'y = of + deviation n, n ~ N(0, 1) per value',
  paper: 'arXiv:1705.07215',
  params: Type.Object(
    {
      of: Type.String({ description: 'The call or name of what the noise is added to.' }),
      deviation: Type.Number({
        exclusiveMinimum: 0,
        default: 0.5,
        description: 'Standard deviation of the noise.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'perturb', of: 'real', deviation: 0.5 },
  operands: ['of'],
  stopsGradient: false,

  shape: (_params, [of]) => of!,

  build:
    ({ deviation }, { tf, draw }) =>
    ([of]) => {
      const noise = draw(of!.shape, (random, values) => void random.fillNormal(values, 0, deviation));
      return tf.add(of!, noise);
    },
});

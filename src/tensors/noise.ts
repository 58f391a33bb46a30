import { Type } from 'typebox';
import { defineTensor } from '../registry/index.js';

export const noise = defineTensor({
  type: 'noise',
  summary: 'Independent random draws: new in every step, fixed in samples and evaluation.',
  description: 'What a generator without a source starts from. Shape: [size].',
  paper: 'arXiv:1406.2661',
  params: Type.Object(
    {
      size: Type.Integer({ minimum: 1, description: 'Length of the vector per example.' }),
      distribution: Type.Enum(['normal', 'uniform'], {
        default: 'normal',
        description: '`normal` is N(0, 1), `uniform` is U[-1, 1), as DCGAN’s.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'noise', size: 128 },
  operands: [],
  stopsGradient: true,
  shape: ({ size }) => [size],
  build:
    ({ size, distribution }, { batch, draw }) =>
    () =>
      draw([batch, size], (random, values) => {
        if (distribution === 'normal') random.fillNormal(values);
        else for (let i = 0; i < values.length; i++) values[i] = 2 * random.uniform() - 1;
      }),
});

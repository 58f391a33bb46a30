import { Type } from 'typebox';
import { defineTensor } from '../registry/index.js';

export const noise = defineTensor({
  type: 'noise',
  summary:
    'Independent draws from the standard normal distribution: new in every step, fixed in samples and evaluation.',
  params: Type.Object(
    { size: Type.Integer({ minimum: 1, description: 'Length of the vector per example.' }) },
    { additionalProperties: false },
  ),
  example: { type: 'noise', size: 128 },
  operands: [],
  stopsGradient: true,
  shape: ({ size }) => [size],
  build:
    ({ size }, { batch, draw }) =>
    () =>
      draw([batch, size], (random, values) => void random.fillNormal(values)),
});

import { Type } from 'typebox';
import { sizeOf } from '../core/shape.js';
import { defineInitialiser } from '../registry/index.js';

export const normal = defineInitialiser({
  type: 'normal',
  summary: 'Independent draws from one normal distribution, whatever the size of the kernel.',
  description:
    'DCGAN and pix2pix start every kernel from N(0, 0.02). `init: 0.02` is short for `init: { type: normal, deviation: 0.02 }`.',
  formula: 'w ~ N(mean, deviation^2)',
  paper: 'arXiv:1511.06434',
  params: Type.Object(
    {
      mean: Type.Number({ default: 0, description: 'Mean of the distribution.' }),
      deviation: Type.Number({ minimum: 0, default: 0.02, description: 'Its standard deviation.' }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'normal', deviation: 0.02 },

  build:
    ({ mean, deviation }) =>
    (shape, _fans, random) =>
      random.fillNormal(new Float32Array(sizeOf(shape)), mean, deviation),
});

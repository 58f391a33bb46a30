import { Type } from 'typebox';
import { defineSchedule } from '../registry/index.js';

export const constant = defineSchedule({
  type: 'constant',
  summary: 'The same factor in every step; replaces an inherited schedule by a fixed rate.',
  formula: 'f(step) = factor',
  params: Type.Object(
    { factor: Type.Number({ minimum: 0, default: 1, description: 'What the value is multiplied by.' }) },
    { additionalProperties: false },
  ),
  example: { type: 'constant' },

  build:
    ({ factor }) =>
    () =>
      factor,
});

import { Type } from 'typebox';
import { defineTensor } from '../registry/index.js';

export const detach = defineTensor({
  type: 'detach',
  summary: 'The same values, but no gradient flows through them.',
  params: Type.Object(
    { of: Type.String({ description: 'The call or name that is copied.' }) },
    { additionalProperties: false },
  ),
  example: { type: 'detach', of: 'fake' },
  operands: ['of'],
  stopsGradient: true,
  shape: (_params, [of]) => of!,
  // The trainer cuts the tape at tensors that stop gradients; there is nothing left to do.
  build:
    () =>
    ([of]) =>
      of!,
});

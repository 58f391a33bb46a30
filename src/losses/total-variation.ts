import { Type } from 'typebox';
import { differences } from '../blocks/index.js';
import { defineLoss } from '../registry/index.js';

export const totalVariation = defineLoss({
  type: 'total-variation',
  operands: 'values',
  values: { of: 'The image.' },
  summary: 'Penalises differences between neighbouring pixels: removes noise and checkerboard artefacts.',
  description:
    'The anisotropic form, which takes the two directions apart, and a mean where the paper integrates.',
  formula: 'mean of |x[i + 1, j] - x[i, j]| + mean of |x[i, j + 1] - x[i, j]|',
  paper: 'doi:10.1016/0167-2789(92)90242-F',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'total-variation', of: 'fake', weight: 1e-4 },

  build(_params, { tf }) {
    return ({ of }) => tf.addN(differences(tf, of!).map((d) => tf.mean(tf.abs(d))));
  },
});

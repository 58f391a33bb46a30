import { Type } from 'typebox';
import { defineMetric } from '../registry/index.js';
import { assertSameSize, meanOfDifferences } from './support/pair.js';

export const l1 = defineMetric({
  type: 'l1',
  summary: 'Mean absolute difference on the 8-bit scale.',
  formula: 'mean of |output - reference|',
  description:
    'Over all pixels and channels: 0 for equal images, at most 255. The loss of the same name is on the scale of the tensors, [-1, 1]: 127.5 times smaller.',
  better: 'lower',
  unit: '0-255',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'l1' },

  build() {
    return (output, reference) => {
      assertSameSize('l1', output, reference);
      return meanOfDifferences(output, reference, Math.abs);
    };
  },
});

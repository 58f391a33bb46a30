import { Type } from 'typebox';
import { defineMetric } from '../registry/index.js';
import { assertSameSize, meanOfDifferences } from './support/pair.js';

/** dB. One value off by one in a 256x256 RGB image is 101 dB: beyond this, differences mean nothing. */
const CEILING = 100;

export const psnr = defineMetric({
  type: 'psnr',
  summary: 'Peak signal-to-noise ratio.',
  formula: '10 log10(255^2 / mean of (output - reference)^2)',
  description: `Per image, at most ${CEILING} dB. Equal images, whose ratio is infinite, get ${CEILING}, so that the mean over a split stays a number.`,
  better: 'higher',
  unit: 'dB',
  paper: 'doi:10.1109/ICPR.2010.579',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'psnr' },

  build() {
    return (output, reference) => {
      assertSameSize('psnr', output, reference);
      const squared = meanOfDifferences(output, reference, (difference) => difference * difference);
      return Math.min(CEILING, 10 * Math.log10(255 ** 2 / squared));
    };
  },
});

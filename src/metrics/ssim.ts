import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import type { Image } from '../core/image.js';
import { defineMetric } from '../registry/index.js';
import { assertSameSize } from './support/pair.js';

const WINDOW = 11;
const RADIUS = (WINDOW - 1) / 2;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** Weights of a Gaussian of deviation 1.5 by distance from its centre; over the whole window they sum to 1. */
const GAUSSIAN = ((): Float64Array => {
  const weights = Float64Array.from({ length: RADIUS + 1 }, (_, i) => Math.exp((-i * i) / (2 * 1.5 ** 2)));
  const sum = weights.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return weights.map((weight) => weight / sum);
})();

export const ssim = defineMetric({
  type: 'ssim',
  summary: 'Structural similarity.',
  description:
    'Luminance, contrast and structure compared in a Gaussian window of 11x11 pixels (deviation 1.5, K1 = 0.01, K2 = 0.03, range 255), mean over all whole windows of each channel, then over channels: -1 to 1, and 1 for equal images. Equals scikit-image with `gaussian_weights=True, sigma=1.5, use_sample_covariance=False`. Images need 11 pixels on each side.',
  formula: 'mean of (2 m n + C1) (2 cov + C2) / ((m^2 + n^2 + C1) (s^2 + t^2 + C2)), C = (K range)^2',
  paper: 'doi:10.1109/TIP.2003.819861',
  better: 'higher',
  unit: '-1 to 1',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'ssim' },

  build() {
    return (output, reference) => {
      assertSameSize('ssim', output, reference);
      const { width, height, channels } = reference;
      if (width < WINDOW || height < WINDOW) {
        throw new UserError(
          `ssim looks at ${WINDOW}x${WINDOW} pixels at once; the images are ${width}x${height}.`,
          {
            remedy: 'Remove ssim from the recipe’s metrics; l1 and psnr measure images of any size.',
            exitCode: 2,
          },
        );
      }
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) sum += channelSsim(output, reference, channel);
      return sum / channels;
    };
  },
});

/**
 * Filters s = x + y, d = x - y and their squares instead of x, y, x^2, y^2 and xy: four blurs in place of five, since
 * 4 mu_x mu_y = mu_s^2 - mu_d^2, 2 (mu_x^2 + mu_y^2) = mu_s^2 + mu_d^2, and the (co)variances likewise.
 */
function channelSsim(x: Image, y: Image, channel: number): number {
  const { width, height, channels } = x;
  const s = new Float64Array(width * height);
  const d = new Float64Array(width * height);
  for (let i = 0, at = channel; i < s.length; i++, at += channels) {
    s[i] = x.data[at]! + y.data[at]!;
    d[i] = x.data[at]! - y.data[at]!;
  }
  const rows = [s, d, s.map((v) => v * v), d.map((v) => v * v)];
  // The window is separable: down the columns into one line, then along the line.
  const line = new Float64Array(width);
  const blurred = rows.map(() => new Float64Array(width - WINDOW + 1));
  const [ms, md, ss, dd] = blurred as [Float64Array, Float64Array, Float64Array, Float64Array];
  let sum = 0;
  for (let top = 0; top + WINDOW <= height; top++) {
    for (let i = 0; i < rows.length; i++) {
      blur(rows[i]!, top * width, width, width, line);
      blur(line, 0, 1, width - WINDOW + 1, blurred[i]!);
    }
    for (let i = 0; i < ms.length; i++) {
      const s2 = ms[i]! * ms[i]!;
      const d2 = md[i]! * md[i]!;
      const product = (s2 - d2) / 2; // 2 mu_x mu_y
      const squares = (s2 + d2) / 2; // mu_x^2 + mu_y^2
      const covariance = (ss[i]! - dd[i]!) / 2 - product; // 2 sigma_xy
      const variances = (ss[i]! + dd[i]!) / 2 - squares; // sigma_x^2 + sigma_y^2
      sum += ((product + C1) * (covariance + C2)) / ((squares + C1) * (variances + C2));
    }
  }
  return sum / ((width - WINDOW + 1) * (height - WINDOW + 1));
}

/** The window's weighted sum of values `step` apart, for `count` neighbouring positions. Unrolled: half the time. */
function blur(from: Float64Array, start: number, step: number, count: number, to: Float64Array): void {
  const [w0, w1, w2, w3, w4, w5] = GAUSSIAN as unknown as readonly [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < count; i++) {
    const c = start + i + RADIUS * step;
    to[i] =
      w0 * from[c]! +
      w1 * (from[c - step]! + from[c + step]!) +
      w2 * (from[c - 2 * step]! + from[c + 2 * step]!) +
      w3 * (from[c - 3 * step]! + from[c + 3 * step]!) +
      w4 * (from[c - 4 * step]! + from[c + 4 * step]!) +
      w5 * (from[c - 5 * step]! + from[c + 5 * step]!);
  }
}

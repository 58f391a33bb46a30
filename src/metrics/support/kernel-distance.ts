import { UserError } from '../../core/errors.js';

/**
 * Unbiased estimate of the squared maximum mean discrepancy between two sets of vectors of d values under the kernel
 * (x . y / d + 1)^3 (arXiv:1801.01401, section 4; the estimator is MMD_u^2 of Gretton et al. 2012, lemma 6). A vector is
 * not compared with itself, which is what takes the bias away and may leave a value slightly below 0.
 * @throws UserError where a set has fewer than two.
 */
export function kernelDistance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  if (a.length < 2 || b.length < 2) {
    throw new UserError('kid needs at least two images on each side.', {
      exitCode: 2,
      remedy: 'Evaluate on a larger split, or remove kid from the metrics.',
    });
  }
  return meanWithin(a) + meanWithin(b) - 2 * meanBetween(a, b);
}

function meanWithin(vectors: readonly Float32Array[]): number {
  let sum = 0;
  for (const [i, x] of vectors.entries()) for (const y of vectors.slice(0, i)) sum += kernel(x, y);
  return sum / ((vectors.length * (vectors.length - 1)) / 2);
}

function meanBetween(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let sum = 0;
  for (const x of a) for (const y of b) sum += kernel(x, y);
  return sum / (a.length * b.length);
}

function kernel(x: Float32Array, y: Float32Array): number {
  let dot = 0;
  for (let i = 0; i < x.length; i++) dot += x[i]! * y[i]!;
  return (dot / x.length + 1) ** 3;
}

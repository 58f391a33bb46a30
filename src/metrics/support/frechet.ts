import { UserError } from '../../core/errors.js';
import { eigenvaluesOf } from './eigenvalues.js';

/**
 * Fréchet distance between two sets of vectors, each taken for a normal distribution:
 * |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)), covariances divided by n - 1.
 *
 * The square root itself is not needed. With C = F^T F, the eigenvalues of (C1 C2)^(1/2) are the singular values of
 * M = F1 F2^T, the roots of the eigenvalues of M M^T. F are the centred vectors, or the covariance's triangle where there
 * are more vectors than features: so the cost follows the smaller number, and covariances without full rank, on which the
 * usual root of a matrix fails, do no harm.
 */
export function frechetDistance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  if (a.length < 2 || b.length < 2) {
    throw new UserError('A covariance needs at least two images.', {
      exitCode: 2,
      remedy: 'Evaluate on a larger split, or remove fid from the metrics.',
    });
  }
  const [one, other] = [distribution(a), distribution(b)];
  const distance = one.mean.reduce((sum, value, i) => sum + (value - other.mean[i]!) ** 2, 0);
  const roots = sumOfSingularValues(productOf(one.factor, other.factor));
  // Of equal sets rounding leaves a little, on either side of 0.
  return Math.max(0, distance + sumOfSquares(one.factor) + sumOfSquares(other.factor) - 2 * roots);
}

type Rows = readonly Float64Array[];

/** The mean, and F with F^T F the covariance, of as few rows as there are vectors or features. */
function distribution(vectors: readonly Float32Array[]): {
  readonly mean: Float64Array;
  readonly factor: Rows;
} {
  const [first] = vectors;
  const mean = new Float64Array(first!.length);
  for (const vector of vectors) vector.forEach((value, i) => (mean[i]! += value / vectors.length));
  const scale = 1 / Math.sqrt(vectors.length - 1);
  const centred = vectors.map((vector) =>
    Float64Array.from(vector, (value, i) => (value - mean[i]!) * scale),
  );
  return { mean, factor: centred.length <= mean.length ? centred : triangle(centred, mean.length) };
}

/** Cholesky's factor of rows^T rows, transposed. A feature that those before it determine leaves a row of zeros. */
function triangle(rows: Rows, n: number): Rows {
  const c = Array.from({ length: n }, () => new Float64Array(n));
  for (const row of rows)
    for (let i = 0; i < n; i++) for (let j = i; j < n; j++) c[i]![j]! += row[i]! * row[j]!;
  const largest = Math.max(...c.map((row, i) => row[i]!));
  for (let k = 0; k < n; k++) {
    const row = c[k]!;
    for (let i = 0; i < k; i++) {
      const above = c[i]!;
      for (let j = k; j < n; j++) row[j]! -= above[k]! * above[j]!;
    }
    const pivot = row[k]!;
    if (pivot <= largest * n * Number.EPSILON) row.fill(0);
    else for (let j = k, root = Math.sqrt(pivot); j < n; j++) row[j]! /= root;
  }
  return c;
}

/** a b^T. */
const productOf = (a: Rows, b: Rows): Rows =>
  a.map((row) => Float64Array.from(b, (other) => dot(row, other)));

function sumOfSingularValues(rows: Rows): number {
  // The smaller of M M^T and M^T M: both have the squares.
  const [first] = rows;
  const m =
    rows.length <= first!.length
      ? rows
      : Array.from(first!, (_, j) => Float64Array.from(rows, (row) => row[j]!));
  const n = m.length;
  const square = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) square[i * n + j] = square[j * n + i] = dot(m[i]!, m[j]!);
  return eigenvaluesOf(square, n).reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const sumOfSquares = (rows: Rows): number => rows.reduce((sum, row) => sum + dot(row, row), 0);

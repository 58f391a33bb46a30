/** More turns than any eigenvalue of a finite matrix takes. */
const MAX_TURNS = 100;

/**
 * Eigenvalues of a symmetric matrix, unordered: Householder's reduction to three diagonals, then implicit QL on these
 * (Golub and Van Loan, Matrix Computations, 8.3). About 4/3 n^3 multiply-adds: seconds at n = 1000.
 * @param matrix n x n, row by row; changed.
 */
export function eigenvaluesOf(matrix: Float64Array, n: number): Float64Array {
  const [diagonal, offDiagonal] = tridiagonal(matrix, n);
  implicitQl(diagonal, offDiagonal);
  return diagonal;
}

/** The diagonal and the one below it (its first n - 1 values) of a similar matrix without any others. */
function tridiagonal(a: Float64Array, n: number): [diagonal: Float64Array, offDiagonal: Float64Array] {
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(n);
  const v = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    diagonal[k] = a[k * n + k]!;
    let length = 0;
    for (let i = k + 1; i < n; i++) length += (v[i] = a[i * n + k]!) ** 2;
    length = Math.sqrt(length);
    // A reflection that leaves of the column below the diagonal its first value alone.
    offDiagonal[k] = v[k + 1]! > 0 ? -length : length;
    v[k + 1]! -= offDiagonal[k]!;
    let norm = 0;
    for (let i = k + 1; i < n; i++) norm += v[i]! ** 2;
    if (norm === 0) continue;
    norm = Math.sqrt(norm);
    for (let i = k + 1; i < n; i++) v[i]! /= norm;
    // A - v w^T - w v^T, with w = 2 A v - 2 (v . A v) v.
    let along = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1, at = i * n + j; j < n; j++, at++) sum += a[at]! * v[j]!;
      w[i] = 2 * sum;
      along += sum * v[i]!;
    }
    for (let i = k + 1; i < n; i++) w[i]! -= 2 * along * v[i]!;
    for (let i = k + 1; i < n; i++) {
      const [vi, wi] = [v[i]!, w[i]!];
      for (let j = k + 1, at = i * n + j; j < n; j++, at++) a[at]! -= vi * w[j]! + wi * v[j]!;
    }
  }
  if (n > 0) diagonal[n - 1] = a[n * n - 1]!;
  return [diagonal, offDiagonal];
}

/** Turns the diagonal into the eigenvalues. */
function implicitQl(d: Float64Array, e: Float64Array): void {
  const n = d.length;
  for (let low = 0; low < n; low++) {
    for (let turn = 0; ; turn++) {
      let high = low;
      while (
        high < n - 1 &&
        Math.abs(e[high]!) > Number.EPSILON * (Math.abs(d[high]!) + Math.abs(d[high + 1]!))
      )
        high++;
      if (high === low) break;
      if (turn === MAX_TURNS)
        throw new Error('The eigenvalues of a matrix that is not finite were asked for.');
      // Wilkinson's shift, then a bulge is chased from the end of the block to its beginning.
      const half = (d[low + 1]! - d[low]!) / (2 * e[low]!);
      let g = d[high]! - d[low]! + e[low]! / (half + Math.sign(half || 1) * Math.hypot(half, 1));
      let [sine, cosine, shift] = [1, 1, 0];
      let i = high - 1;
      for (; i >= low; i--) {
        const f = sine * e[i]!;
        const b = cosine * e[i]!;
        const r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1]! -= shift;
          e[high] = 0;
          break;
        }
        sine = f / r;
        cosine = g / r;
        g = d[i + 1]! - shift;
        const t = (d[i]! - g) * sine + 2 * cosine * b;
        shift = sine * t;
        d[i + 1] = g + shift;
        g = cosine * t - b;
      }
      if (i >= low) continue;
      d[low]! -= shift;
      e[low] = g;
      e[high] = 0;
    }
  }
}

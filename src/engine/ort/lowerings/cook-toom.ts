/**
 * Minimal 1-D correlation F(m, r): m outputs of an r-tap filter in m + r - 1 products (Toom-Cook; Winograd 1980),
 * y = A^T [(G g) . (B^T d)] for a filter g of r taps and an input d of m + r - 1 values.
 */
export interface MinimalCorrelation {
  /** m + r - 1. */
  readonly products: number;
  /** products x m. */
  readonly A: Matrix;
  /** products x r. */
  readonly G: Matrix;
  /** products x products. */
  readonly BT: Matrix;
}

export type Matrix = readonly (readonly number[])[];

/** @param points m + r - 2 distinct evaluation points; infinity is added. Small ones round least. */
export function minimalCorrelation(m: number, r: number, points: readonly number[]): MinimalCorrelation {
  const products = m + r - 1;
  const evaluation = (degree: number): number[][] => [
    ...points.map((point) => Array.from({ length: degree }, (_, power) => point ** power)),
    Array.from({ length: degree }, (_, power) => (power === degree - 1 ? 1 : 0)),
  ];
  // Interpolation of a polynomial product, transposed, is a correlation.
  return {
    products,
    A: evaluation(m),
    G: evaluation(r),
    BT: transposed(inverse(evaluation(products))),
  };
}

function transposed(matrix: Matrix): number[][] {
  return matrix[0]!.map((_, column) => matrix.map((row) => row[column]!));
}

/** Gauss-Jordan with pivoting; the matrices are 5 x 5. */
function inverse(matrix: Matrix): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column; row < size; row++)
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const lead = rows[column]![column]!;
    rows[column] = rows[column]!.map((value) => value / lead);
    for (let row = 0; row < size; row++) {
      const factor = rows[row]![column]!;
      if (row !== column && factor !== 0)
        rows[row] = rows[row]!.map((value, k) => value - factor * rows[column]![k]!);
    }
  }
  return rows.map((row) => row.slice(size));
}

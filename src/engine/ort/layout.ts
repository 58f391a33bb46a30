/**
 * How a tensor's logical axes lie in memory: `layout[i]` is the logical axis stored as physical axis i.
 * tfjs thinks in NHWC images and HWIO filters, onnxruntime in NCHW and OIHW.
 */
export type Layout = readonly number[];

export const NCHW: Layout = [0, 3, 1, 2];
export const OIHW: Layout = [3, 2, 0, 1];

const identities: Layout[] = [];
/** The layout in logical order. */
export function identity(rank: number): Layout {
  return (identities[rank] ??= Array.from({ length: rank }, (_, i) => i));
}

export function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Physical dims of a logical shape in a layout. */
export function physicalDims(shape: readonly number[], layout: Layout): number[] {
  return layout.map((axis) => shape[axis]!);
}

/** The axis order with which data in layout `from` is transposed into layout `to`. */
export function transposition(from: Layout, to: Layout): number[] {
  return to.map((axis) => from.indexOf(axis));
}

/** True when transposing `dims` by `order` moves nothing in memory: only axes of size 1 change places. */
export function movesNothing(dims: readonly number[], order: readonly number[]): boolean {
  let last = -1;
  for (const axis of order) {
    if (dims[axis] === 1) continue;
    if (axis < last) return false;
    last = axis;
  }
  return true;
}

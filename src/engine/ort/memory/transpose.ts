import type { TypedArray } from './storage.js';

/** Edge of the square tiles in which two axes are swapped, so that both sides stay within the cache. */
const TILE = 32;

/** Writes `source`, an array of `dims`, to `target` with its axes reordered: target axis i is source axis `order[i]`. */
export function transposeInto(
  target: TypedArray,
  source: TypedArray,
  dims: readonly number[],
  order: readonly number[],
): void {
  const merged = mergeAxes(dims, order);
  const rank = merged.order.length;
  if (rank <= 1) {
    target.set(source);
    return;
  }
  if (isAllZero(source)) {
    target.fill(0);
    return;
  }
  const sourceStrides = stridesOf(merged.dims);
  const outDims = merged.order.map((axis) => merged.dims[axis]!);
  const outStrides = stridesOf(outDims);
  const readStrides = merged.order.map((axis) => sourceStrides[axis]!);
  // Tiles over the axis that is contiguous in the source and the axis that is contiguous in the target.
  const a = merged.order.indexOf(rank - 1);
  const b = rank - 1;
  const outer = outDims.map((_, i) => i).filter((i) => i !== a && i !== b);
  const counter = outer.map(() => 0);
  for (;;) {
    let from = 0;
    let to = 0;
    outer.forEach((axis, k) => {
      from += counter[k]! * readStrides[axis]!;
      to += counter[k]! * outStrides[axis]!;
    });
    if (a === b) copyRun(target, to, source, from, outDims[b]!);
    else swapTiled(target, to, outStrides[a]!, source, from, readStrides[b]!, outDims[a]!, outDims[b]!);
    let k = outer.length - 1;
    while (k >= 0 && ++counter[k]! === outDims[outer[k]!]) counter[k--] = 0;
    if (k < 0) return;
  }
}

const ZEROS = Buffer.alloc(1 << 16);

/**
 * Adam's means begin as zeros, in any order the same: at full size moving them would take half of the first step. Anything
 * else shows soon. As bytes: -0 is another number.
 */
function isAllZero({ buffer, byteOffset, byteLength }: TypedArray): boolean {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  for (let at = 0; at < byteLength; at += ZEROS.length) {
    const piece = bytes.subarray(at, at + ZEROS.length);
    if (!piece.equals(ZEROS.subarray(0, piece.length))) return false;
  }
  return true;
}

function copyRun(target: TypedArray, to: number, source: TypedArray, from: number, length: number): void {
  for (let i = 0; i < length; i++) target[to + i] = source[from + i]!;
}

/** target[to + i * rowStride + j] = source[from + j * columnStride + i] for i < rows, j < columns. */
function swapTiled(
  target: TypedArray,
  to: number,
  rowStride: number,
  source: TypedArray,
  from: number,
  columnStride: number,
  rows: number,
  columns: number,
): void {
  for (let i0 = 0; i0 < rows; i0 += TILE) {
    const i1 = Math.min(i0 + TILE, rows);
    for (let j0 = 0; j0 < columns; j0 += TILE) {
      const j1 = Math.min(j0 + TILE, columns);
      for (let i = i0; i < i1; i++) {
        let write = to + i * rowStride + j0;
        let read = from + j0 * columnStride + i;
        for (let j = j0; j < j1; j++, write++, read += columnStride) target[write] = source[read]!;
      }
    }
  }
}

/** Drops axes of size 1 and joins source axes that stay neighbours. */
function mergeAxes(dims: readonly number[], order: readonly number[]): { dims: number[]; order: number[] } {
  const groups: number[][] = [];
  for (const axis of order.filter((each) => dims[each] !== 1)) {
    const last = groups.at(-1);
    const previous = last?.at(-1);
    const adjacent = previous !== undefined && axis > previous && onlyOnes(dims, previous + 1, axis);
    if (last && adjacent) last.push(axis);
    else groups.push([axis]);
  }
  const bySource = [...groups].sort((x, y) => x[0]! - y[0]!);
  return {
    dims: bySource.map((group) => group.reduce((product, axis) => product * dims[axis]!, 1)),
    order: groups.map((group) => bySource.indexOf(group)),
  };
}

function onlyOnes(dims: readonly number[], begin: number, end: number): boolean {
  for (let i = begin; i < end; i++) if (dims[i] !== 1) return false;
  return true;
}

function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length);
  let stride = 1;
  for (let i = dims.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= dims[i]!;
  }
  return strides;
}

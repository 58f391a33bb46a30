import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transposeInto } from '../../src/engine/ort/memory/transpose.js';

/** Axes reordered one element at a time. */
function slowly(source: Float32Array, dims: readonly number[], order: readonly number[]): Float32Array {
  const target = new Float32Array(source.length);
  const out = order.map((axis) => dims[axis]!);
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((a, b) => a * b, 1));
  for (let i = 0; i < source.length; i++) {
    let rest = i;
    let from = 0;
    for (let axis = out.length - 1; axis >= 0; axis--) {
      from += (rest % out[axis]!) * strides[order[axis]!]!;
      rest = Math.floor(rest / out[axis]!);
    }
    target[i] = source[from]!;
  }
  return target;
}

const array = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    fc.infiniteStream(fc.nat()),
  )
  .map(([dims, ranks]) => {
    const order = dims
      .map((_, axis) => [ranks.next().value as number, axis] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, axis]) => axis);
    return { dims, order, length: dims.reduce((a, b) => a * b, 1) };
  });

describe('an array with its axes reordered', () => {
  test('is what it would be one element at a time, mostly zeros or not', () => {
    const value = fc.constantFrom(0, -0, 1, NaN, -Infinity, 1e-45);
    fc.assert(
      fc.property(array, fc.infiniteStream(value), ({ dims, order, length }, values) => {
        const source = Float32Array.from({ length }, () => values.next().value as number);
        const target = new Float32Array(length).fill(7);
        transposeInto(target, source, dims, order);
        // As bits: -0 is no 0, and NaN is NaN.
        expect(new Int32Array(target.buffer)).toEqual(new Int32Array(slowly(source, dims, order).buffer));
      }),
    );
  });

  test('of zeros is zeros, whatever was there, but for one that is not at the very end', () => {
    const dims = [70_000, 3];
    const source = new Float32Array(210_000);
    const target = new Float32Array(210_000).fill(7);
    transposeInto(target, source, dims, [1, 0]);
    expect(target.every((each) => Object.is(each, 0))).toBe(true);
    source[209_999] = -0;
    transposeInto(target.fill(7), source, dims, [1, 0]);
    expect(Object.is(target[209_999], -0)).toBe(true);
    expect(target.subarray(0, -1).every((each) => Object.is(each, 0))).toBe(true);
  });
});

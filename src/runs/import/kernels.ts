import { type Shape, sizeOf } from '../../core/shape.js';
import type { NamedArray } from '../../core/state.js';

/**
 * An array with its axes in another order. @param order for each axis of the result, which axis of the array it is.
 */
export function permute(
  { shape, data }: NamedArray,
  order: readonly number[],
): { shape: Shape; data: Float32Array } {
  const target = order.map((axis) => shape[axis]!);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const steps = order.map((axis) => strides[axis]!);
  const result = new Float32Array(data.length);
  const place = target.map(() => 0);
  for (let at = 0, from = 0; at < result.length; at++) {
    result[at] = data[from]!;
    for (let axis = target.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++place[axis]! < target[axis]!) break;
      from -= steps[axis]! * target[axis]!;
      place[axis] = 0;
    }
  }
  return { shape: target, data: result };
}

/** Puts the first `count` channels of an axis behind the others. */
export function rotate(
  { shape, data }: { shape: Shape; data: Float32Array },
  axis: number,
  count: number,
): { shape: Shape; data: Float32Array } {
  const channels = shape[axis]!;
  const inner = sizeOf(shape.slice(axis + 1));
  const result = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += channels * inner) {
    const block = data.subarray(start, start + channels * inner);
    result.set(block.subarray(count * inner), start);
    result.set(block.subarray(0, count * inner), start + (channels - count) * inner);
  }
  return { shape, data: result };
}

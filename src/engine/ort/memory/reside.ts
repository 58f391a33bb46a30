import { type Layout, physicalDims, sameNumbers, transposition } from '../layout.js';
import type { DType, Shape } from '../dtype.js';
import type { BufferPool } from './pool.js';
import type { Storage, TypedArray } from './storage.js';
import { transposeInto } from './transpose.js';

/**
 * Brings a storage into a layout and into a buffer of the pool's. Done on the host and for good: weights are converted
 * once, at their first step.
 */
export function reside(pool: BufferPool, storage: Storage, shape: Shape, dtype: DType, layout: Layout): void {
  const settled = sameNumbers(storage.layout, layout);
  if (settled && storage.pooled) return;
  const data = pool.take(dtype, storage.data.length);
  if (settled) data.set(storage.data);
  else convert(data, storage, shape, layout);
  if (storage.pooled) pool.give(storage.data);
  storage.data = data;
  storage.layout = layout;
  storage.pooled = true;
}

/** A copy of a storage's values in logical order, for the user to keep. */
export function copyOut(storage: Storage, shape: Shape, layout: Layout): TypedArray {
  if (sameNumbers(storage.layout, layout)) return storage.data.slice();
  const copy = new (storage.data.constructor as new (length: number) => TypedArray)(storage.data.length);
  convert(copy, storage, shape, layout);
  return copy;
}

function convert(target: TypedArray, storage: Storage, shape: Shape, layout: Layout): void {
  transposeInto(
    target,
    storage.data,
    physicalDims(shape, storage.layout),
    transposition(storage.layout, layout),
  );
}

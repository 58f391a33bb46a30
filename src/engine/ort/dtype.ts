/** The dtypes that this engine computes with. */
export type DType = 'float32' | 'int32' | 'bool';
export type Shape = readonly number[];

/** Elements of a shape. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

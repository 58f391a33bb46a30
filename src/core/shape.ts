/** Size of one example's tensor without the batch: `[height, width, channels]` of an image, `[length]` of a vector. */
export type Shape = readonly number[];

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** `256x256x3`, as plans and errors print it. */
export function formatShape(shape: Shape): string {
  return shape.join('x');
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

import type { Image } from '../../core/image.js';

const describe = ({ width, height, channels }: Image): string => `${width}x${height}x${channels}`;

/** @throws Error where two images cannot be held against each other pixel by pixel. */
export function assertSameSize(metric: string, output: Image, reference: Image): void {
  const { width, height, channels } = reference;
  if (output.width === width && output.height === height && output.channels === channels) return;
  throw new Error(
    `${metric} compares images of the same size: the output is ${describe(output)}, its reference ${describe(reference)}.`,
  );
}

/** Mean of f(difference) over all values of all channels. */
export function meanOfDifferences(
  output: Image,
  reference: Image,
  f: (difference: number) => number,
): number {
  const { length } = reference.data;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += f(output.data[i]! - reference.data[i]!);
  return sum / length;
}

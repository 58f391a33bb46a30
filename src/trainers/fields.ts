import type { Tensor } from '@tensorflow/tfjs';
import type { Feed } from '../core/repeat.js';
import type { Batch } from '../data/index.js';

/** The fields of whichever batch a repetition is fed with, by name: what tensors and calls are computed from. */
export function fedFields({ fields }: Batch, feed: Feed<{ readonly batch: Batch }>): Map<string, Tensor> {
  return new Map(
    Object.entries(fields).map(([name, { shape }]) => [
      name,
      feed(shape, ({ batch }) => batch.fields[name]!.data),
    ]),
  );
}

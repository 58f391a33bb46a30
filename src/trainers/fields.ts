import type { Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../core/ops.js';
import type { Feed } from '../core/repeat.js';
import type { Batch } from '../data/types.js';

/** A batch's fields as tensors, by name: what tensors and calls are computed from. */
export function fieldTensors(tf: Tf, batch: Batch): Map<string, Tensor> {
  return new Map(
    Object.entries(batch.fields).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
}

/** The same, of whichever batch a repetition is fed with. */
export function fedFields({ fields }: Batch, feed: Feed<{ readonly batch: Batch }>): Map<string, Tensor> {
  return new Map(
    Object.entries(fields).map(([name, { shape }]) => [
      name,
      feed(shape, ({ batch }) => batch.fields[name]!.data),
    ]),
  );
}

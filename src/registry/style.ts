import type { Tensor } from '@tensorflow/tfjs';
import { UserError } from '../core/errors.js';
import type { Tf } from '../core/ops.js';
import { formatShape, type Shape } from '../core/shape.js';

/** Length of the vector that a layer is styled `by`. @throws UserError where it is none. */
export function styleLength(by: Shape | undefined): number {
  if (by?.length === 1) return by[0]!;
  throw new UserError(`A style is a vector, but \`by\` is ${formatShape(by ?? [])}.`, {
    exitCode: 2,
    point: { key: 'by' },
    remedy: '`by` names a layer or an argument of the network that is a vector: mapped noise.',
  });
}

/** A number per image and channel, `[batch, 1, 1, channels]`, of vectors `[batch, length]` and a table `[length, channels]`. */
export function perImage(tf: Tf, by: Tensor, table: Tensor): Tensor {
  const rows = tf.matMul(by, table);
  return tf.reshape(rows, [rows.shape[0], 1, 1, table.shape[1]!]);
}

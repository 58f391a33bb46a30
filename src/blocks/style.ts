import type { Tensor } from '@tensorflow/tfjs';
import { UserError } from '../core/errors.js';
import type { Tf } from '../core/ops.js';
import { formatShape, type Shape } from '../core/shape.js';

/** Length of the vector that a layer is conditioned `by`. @param takes what it is needed for. @throws UserError where it is none. */
export function vectorLength(
  by: Shape | undefined,
  takes: string,
  remedy = '`by` names an argument of the network that is a vector: a class, or noise.',
): number {
  if (by?.length === 1) return by[0]!;
  throw new UserError(`${takes}, but \`by\` is ${formatShape(by ?? [])}.`, {
    exitCode: 2,
    point: { key: 'by' },
    remedy,
  });
}

/** Length of the vector that a layer is styled `by`. @throws UserError where it is none. */
export const styleLength = (by: Shape | undefined): number =>
  vectorLength(
    by,
    'A style is a vector',
    '`by` names a layer or an argument of the network that is a vector: mapped noise.',
  );

/** A number per image and channel, for all of its pixels: `[batch, 1, 1, channels]` of `[batch, channels]`. */
export const overPixels = (tf: Tf, rows: Tensor): Tensor =>
  tf.reshape(rows, [rows.shape[0], 1, 1, rows.shape[1]!]);

/** The same, of vectors `[batch, length]` and a table `[length, channels]`. */
export const perImage = (tf: Tf, by: Tensor, table: Tensor): Tensor => overPixels(tf, tf.matMul(by, table));

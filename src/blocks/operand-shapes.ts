import { UserError } from '../core/errors.js';
import { imageShape } from '../core/image-shape.js';
import { formatShape, sameShape, type Shape } from '../core/shape.js';

/** @param tensor its type. @returns the shape of its two operands. @throws UserError where they differ. */
export function checkSameShape(tensor: string, of: Shape, to: Shape): Shape {
  if (sameShape(of, to)) return of;
  throw new UserError(
    `${tensor} takes two tensors of the same shape, but gets ${formatShape(of)} and ${formatShape(to)}.`,
    {
      exitCode: 2,
      point: { code: 'shapes-differ' },
      remedy: 'Resize one of them, or give both sources the same `size` and both fields the same channels.',
    },
  );
}

/** @returns the shape of an image under a mask `[height, width, 1]`. @throws UserError where the mask does not fit. */
export function checkMaskFits(tensor: string, of: Shape, where: Shape): Shape {
  const [height, width] = imageShape(tensor, [of]);
  if (sameShape(where, [height, width, 1])) return of;
  throw new UserError(`${formatShape(where)} is not a mask of ${formatShape(of)}.`, {
    exitCode: 2,
    point: { code: 'shapes-differ' },
    remedy: `A mask has the image’s height and width and one channel: ${formatShape([height, width, 1])}.`,
  });
}

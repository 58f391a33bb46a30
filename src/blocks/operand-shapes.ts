import { UserError } from '../core/errors.js';
import { imageShape } from '../core/image-shape.js';
import { formatShape, sameShape, type Shape } from '../core/shape.js';

/** The shape of two operands that must be alike. @param tensor type that takes them. @throws UserError where they differ. */
export function alike(tensor: string, of: Shape, to: Shape): Shape {
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

/** The shape of an image under a mask `[height, width, 1]`. @throws UserError where the mask does not fit on it. */
export function masked(tensor: string, of: Shape, where: Shape): Shape {
  const [height, width] = imageShape(tensor, [of]);
  if (sameShape(where, [height, width, 1])) return of;
  throw new UserError(`${formatShape(where)} is not a mask of ${formatShape(of)}.`, {
    exitCode: 2,
    point: { code: 'shapes-differ' },
    remedy: `A mask has the image’s height and width and one channel: ${formatShape([height, width, 1])}.`,
  });
}

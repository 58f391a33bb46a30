import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import type { ImageSize } from '../registry/index.js';

/** Side in pixels of the smallest map in networks that halve or double the image. */
const MIN_MAP_SIDE = 4;

export const sizeParam = () =>
  Type.Optional(
    Type.Integer({
      minimum: 4,
      maximum: 4096,
      description: 'Height and width of the image made; default: the size of the data.',
    }),
  );

/** What a generator of vectors makes: `size`, or what the data is. @throws UserError where neither is known. */
export function imageSize(size: number | undefined, image: ImageSize | undefined): ImageSize {
  if (size !== undefined) return { height: size, width: size };
  if (image) return image;
  throw new UserError(
    'The size of the image it makes is not known: the sources of the data have different sizes.',
    {
      exitCode: 2,
      remedy: 'Give the network a `size`.',
    },
  );
}

/** How often a map whose shorter side is 4 is doubled to the image. @throws UserError where no number does it. */
export function doublings({ height, width }: ImageSize): number {
  const times = Math.log2(Math.min(height, width) / MIN_MAP_SIDE);
  const factor = 2 ** times;
  if (Number.isInteger(times) && times > 0 && height % factor === 0 && width % factor === 0) return times;
  throw new UserError(`An image of ${height}x${width} cannot be made by doubling a map of 4 pixels.`, {
    exitCode: 2,
    remedy: 'Its shorter side must be 8, 16, 32, 64, ..., and the longer a multiple of a quarter of it.',
  });
}

import type { Image, ImagePart } from '../core/image.js';
import type { SourceConfig } from '../recipe/index.js';
import type { ImageSize } from '../registry/index.js';
import { type Field, isDiscrete, toFieldPixels } from './field.js';
import { resizeImage } from './resize/resize.js';

/** How the images of a source are fitted to its size. */
export type Fitting = Pick<SourceConfig, 'fit' | 'interpolation'>;

/** Whether an image is large enough to be cropped to `size`; always true for another `fit`. */
export const isLarge = ({ width, height }: ImageSize, size: ImageSize, { fit }: Fitting): boolean =>
  fit !== 'crop' || (width >= size.width && height >= size.height);

/** Resizes to `size`, except for `fit: crop`, and converts to the field's pixels. */
export async function makePixels(
  image: Image | ImagePart,
  field: Field,
  size: ImageSize,
  { fit, interpolation }: Fitting,
): Promise<Image> {
  const sized = await resizeImage(image, {
    size: fit === 'crop' ? undefined : size,
    fit: fit === 'cover' ? 'cover' : 'fill',
    interpolation: isDiscrete(field.as) ? 'nearest' : interpolation,
    alpha: field.as === 'rgba',
  });
  return toFieldPixels(sized, field);
}

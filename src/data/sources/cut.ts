import type { Image, ImagePart } from '../../core/image.js';
import type { ImageSize, Place } from '../../registry/index.js';

type Half = Pick<Place, 'half'>;

/** Whether an image of that width has two equal halves, where a half is asked for. */
export const hasHalf = ({ half }: Half, { width }: ImageSize): boolean =>
  half === undefined || width % 2 === 0;

export function cut(image: Image, { half }: Half): Image | ImagePart {
  if (half === undefined) return image;
  const width = image.width / 2;
  return { of: image, left: half === 'right' ? width : 0, top: 0, width, height: image.height };
}

import sharp, { type Sharp } from 'sharp';
import type { Image } from '../core/image.js';
import type { ImageSize } from '../registry/index.js';

export interface ResizeOptions {
  /** undefined: at its own size (`fit: crop`). */
  readonly size: ImageSize | undefined;
  readonly fit: 'fill' | 'cover';
  readonly interpolation: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';
  /** Wanted in the result: 4 channels; otherwise 3, what is transparent laid on white as a viewer shows it. */
  readonly alpha: boolean;
}

const KERNELS = { nearest: 'nearest', bilinear: 'linear', bicubic: 'cubic', lanczos: 'lanczos3' } as const;

/** Resizes in sharp's threads; an image that is right already is handed through. */
export async function resizeImage(image: Image, options: ResizeOptions): Promise<Image> {
  const { size = image, fit, interpolation, alpha } = options;
  const channels = alpha ? 4 : 3;
  const sized = image.width === size.width && image.height === size.height;
  if (sized && image.channels === channels) return image;
  const { width, height } = size;
  let pipeline: Sharp = sharp(image.data, { raw: image });
  if (!alpha) pipeline = pipeline.flatten({ background: '#ffffff' });
  if (alpha) pipeline = pipeline.ensureAlpha();
  // Mitchell's cubic and the like have no meaning for an image that stays as it is.
  if (!sized) pipeline = pipeline.resize(width, height, { fit, kernel: KERNELS[interpolation] });
  const data = await pipeline.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer();
  return { width, height, channels, data };
}

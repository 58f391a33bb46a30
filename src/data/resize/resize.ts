import type { Sharp } from 'sharp';
import { cutOut, type Image, type ImagePart } from '../../core/image.js';
import type { ImageSize } from '../../registry/index.js';
import { pickNearest } from './nearest.js';
import { resample } from './resample.js';

export interface ResizeOptions {
  /** undefined: at its own size (`fit: crop`). */
  readonly size: ImageSize | undefined;
  readonly fit: 'fill' | 'cover';
  readonly interpolation: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';
  /** Wanted in the result: 4 channels; otherwise 3, what is transparent laid on white as a viewer shows it. */
  readonly alpha: boolean;
}

const KERNELS = { nearest: 'nearest', bilinear: 'linear', bicubic: 'cubic', lanczos: 'lanczos3' } as const;

/**
 * An image that is right already is handed through, cut out. Plain RGB is resized here: sharp takes several times as long to set
 * itself up as a small picture takes to resize. What has transparency, and what is very large, goes to sharp's threads.
 */
export async function resizeImage(image: Image | ImagePart, options: ResizeOptions): Promise<Image> {
  const { width, height } = image;
  const { size = { width, height }, fit, interpolation, alpha } = options;
  const channels = 'of' in image ? image.of.channels : image.channels;
  const sized = width === size.width && height === size.height;
  if (sized && channels === (alpha ? 4 : 3)) return cutOut(image);
  if (!alpha && channels === 3) {
    if (interpolation === 'nearest') return pickNearest(cutOut(image), size, fit);
    const resampled = resample(image, { size, fit, interpolation });
    if (resampled) return resampled;
  }
  return resizeInSharp(cutOut(image), { ...options, size });
}

/** Flattens or adds transparency, and resizes, in sharp's threads. */
async function resizeInSharp(
  image: Image,
  { size, fit, interpolation, alpha }: ResizeOptions & { readonly size: ImageSize },
): Promise<Image> {
  // Late: it takes a tenth of a second to load, and a thread that decodes plain JPEGs never needs it.
  const { default: sharp } = await import('sharp');
  const { width, height } = size;
  const sized = image.width === width && image.height === height;
  let pipeline: Sharp = sharp(image.data, { raw: image });
  if (!alpha) pipeline = pipeline.flatten({ background: '#ffffff' });
  if (alpha) pipeline = pipeline.ensureAlpha();
  // Mitchell's cubic and the like have no meaning for an image that stays as it is.
  if (!sized) pipeline = pipeline.resize(width, height, { fit, kernel: KERNELS[interpolation] });
  const data = await pipeline.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer();
  return { width, height, channels: alpha ? 4 : 3, data };
}

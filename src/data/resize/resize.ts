import type { Sharp } from 'sharp';
import { cutOut, type Image, type ImagePart } from '../../core/image.js';
import type { ImageSize } from '../../registry/index.js';
import { pickNearest } from './nearest.js';
import { resample } from './resample.js';

export interface ResizeOptions {
  /** undefined: not resized (`fit: crop`). */
  readonly size: ImageSize | undefined;
  readonly fit: 'fill' | 'cover';
  readonly interpolation: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';
  /** true: 4 channels; false: 3, transparent pixels blended with white as a viewer does. */
  readonly alpha: boolean;
}

const KERNELS = { nearest: 'nearest', bilinear: 'linear', bicubic: 'cubic', lanczos: 'lanczos3' } as const;

/**
 * Plain RGB is resized here: sharp's set-up takes several times as long as resizing a small picture. Transparent and very
 * large images go to sharp's threads; an image of the right size and channels is returned as it is.
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
  // Loaded late: it takes a tenth of a second, and a thread that decodes plain JPEGs never needs it.
  const { default: sharp } = await import('sharp');
  const { width, height } = size;
  const sized = image.width === width && image.height === height;
  let pipeline: Sharp = sharp(image.data, { raw: image });
  if (!alpha) pipeline = pipeline.flatten({ background: '#ffffff' });
  if (alpha) pipeline = pipeline.ensureAlpha();
  // An image of the right size must not be filtered.
  if (!sized) pipeline = pipeline.resize(width, height, { fit, kernel: KERNELS[interpolation] });
  const data = await pipeline.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer();
  return { width, height, channels: alpha ? 4 : 3, data };
}

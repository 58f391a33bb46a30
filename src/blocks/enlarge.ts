import type { Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import type { Tf } from '../core/ops.js';

export const factorParam = () =>
  Type.Integer({ minimum: 1, maximum: 16, default: 2, description: 'How many times larger each side gets.' });

export const interpolationParam = () =>
  Type.Enum(['nearest', 'bilinear'], {
    default: 'nearest',
    description: '`nearest` repeats pixels, `bilinear` blends between their centres.',
  });

/** An image `[batch, height, width, channels]`, each side a whole number of times larger; pixels are areas, not points. */
export function enlarge(
  tf: Tf,
  image: Tensor4D,
  factor: number,
  interpolation: 'nearest' | 'bilinear',
): Tensor4D {
  if (factor === 1) return image;
  const [, height, width] = image.shape;
  const size: [number, number] = [height * factor, width * factor];
  return interpolation === 'nearest'
    ? tf.image.resizeNearestNeighbor(image, size)
    : tf.image.resizeBilinear(image, size, false, true);
}

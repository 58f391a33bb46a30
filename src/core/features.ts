import type { Image } from './image.js';

/** A network that turns an image into numbers to compare images by. */
export interface Features {
  /** One number per feature. */
  of(image: Image): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Value of black, and of white, that networks are trained on. */
export const FEATURE_RANGES = { '-1..1': [-1, 1], '0..1': [0, 1], '0..255': [0, 255] } as const;

export type FeatureRange = keyof typeof FEATURE_RANGES;

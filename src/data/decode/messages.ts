import type { Image } from '../../core/image.js';
import type { ImageSize, Place } from '../../registry/index.js';
import type { Field } from '../field.js';
import type { Fitting } from '../pixels.js';

/** A file to decode, and how. */
export interface DecodeJob {
  readonly file: string;
  readonly cuts: readonly (Pick<Place, 'half'> & { readonly field: Field })[];
  readonly size: ImageSize;
  readonly fitting: Fitting;
}

export type DecodeRequest = DecodeJob & { readonly id: number };

export interface DecodeReport {
  readonly id: number;
  /** By cut; undefined where it is no plain JPEG of the right shape: another decoder must try it. */
  readonly pixels: readonly Image[] | undefined;
}

import { Random } from '../core/random.js';
import type { ImageSize } from '../registry/index.js';
import type { Position } from './order.js';

/** One draw for all fields of an example. */
export interface Augmentation {
  /** Where the crop lies between the top (0) and the bottom (1), and between left and right. */
  readonly down: number;
  readonly across: number;
  readonly mirror: boolean;
}

/** Augmentation of val and test: none. */
export const CENTRE: Augmentation = { down: 0.5, across: 0.5, mirror: false };

/** The augmentation at a position of the stream. All numbers are always drawn: turning `flip` on does not change the crops. */
export function drawAugmentation(
  seed: number,
  source: string,
  { pass, position }: Position,
  flip: boolean,
): Augmentation {
  const random = new Random(seed, 'augment', source, pass, position);
  return { down: random.uniform(), across: random.uniform(), mirror: random.uniform() < 0.5 && flip };
}

/** The part of an image that is used: `size` pixels from `top`, `left`. */
export interface Window extends ImageSize {
  readonly top: number;
  readonly left: number;
  readonly mirror: boolean;
}

/** All offsets are equally likely, the last one included. */
export function windowOf(image: ImageSize, size: ImageSize, { down, across, mirror }: Augmentation): Window {
  const offset = (share: number, room: number): number => Math.min(room, Math.floor(share * (room + 1)));
  return {
    ...size,
    top: offset(down, image.height - size.height),
    left: offset(across, image.width - size.width),
    mirror,
  };
}

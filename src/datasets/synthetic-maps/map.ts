import type { Image } from '../../core/image.js';
import { CLASS_OF, PALETTE } from './materials.js';
import type { Survey } from './survey.js';

/** The tile as a street map: every pixel exactly one of the palette's colours. */
export function paintMap({ width, height, material }: Survey): Image {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < material.length; i++) {
    const colour = PALETTE.colours[CLASS_OF[material[i]!]!]!;
    data[i * 3] = colour[0];
    data[i * 3 + 1] = colour[1];
    data[i * 3 + 2] = colour[2];
  }
  return { width, height, channels: 3, data };
}

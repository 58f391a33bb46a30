import type { Colour } from './image.js';

/** `#rrggbb` as red, green and blue. */
export const hexColour = (text: string): Colour =>
  [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16)) as unknown as Colour;

/** A colour as `#rrggbb`. */
export const toHex = (colour: Colour): string =>
  `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;

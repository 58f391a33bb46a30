import type { Image, Palette } from '../core/image.js';
import type { FieldConfig } from '../recipe/index.js';
import { nearestColour } from './sources/nearest-colour.js';

/** A field of a source, ready to be read. */
export interface Field {
  readonly name: string;
  readonly from: string;
  readonly as: FieldConfig['as'];
  /** Always there for `labels`. */
  readonly palette: Palette | undefined;
  /** Of `class`: names in the order of their numbers. */
  readonly classes?: readonly string[];
}

/** An example's value of a field: pixels, or the number of its class. */
export type Value = Image | number;

/** Whether pixels are classes, which must not be blended with their neighbours. */
export const isDiscrete = (as: Field['as']): boolean => as === 'mask' || as === 'labels';

/** Channels of the field's tensor; of a class, its length. */
export function channelsOf({ as, palette, classes }: Field): number {
  if (as === 'labels') return palette?.colours.length ?? 0;
  if (as === 'class') return classes?.length ?? 0;
  return { rgb: 3, rgba: 4, grey: 1, mask: 1 }[as];
}

/**
 * The pixels that are kept in memory: rgb and rgba as they are; in one channel, grey as luma, a mask as 0 or 1, labels as
 * class numbers.
 * @param image RGB, or RGBA for `rgba`.
 */
export function toFieldPixels(image: Image, field: Field): Image {
  if (field.as === 'rgb' || field.as === 'rgba') return image;
  const valueOf = pixelRule(field);
  const { width, height, data, channels } = image;
  const pixels = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < pixels.length; i++, at += channels) {
    pixels[i] = valueOf(data[at]!, data[at + 1]!, data[at + 2]!);
  }
  return { width, height, channels: 1, data: pixels };
}

type PixelRule = (red: number, green: number, blue: number) => number;

/** BT.601, in 256ths that sum to 256: a grey stays exactly itself. */
const luma: PixelRule = (red, green, blue) => (77 * red + 150 * green + 29 * blue + 128) >> 8;

function pixelRule({ as, palette }: Field): PixelRule {
  if (as === 'grey') return luma;
  if (as === 'mask') return (...rgb) => Number(luma(...rgb) >= 128);
  return nearestColour(palette!);
}

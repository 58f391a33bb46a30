import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import type { Colour, Image } from '../core/image.js';
import { defineMetric } from '../registry/index.js';
import { assertSameSize } from './support/pair.js';

export const pixelAccuracy = defineMetric({
  type: 'pixel-accuracy',
  summary: 'Share of pixels whose nearest palette colour is the right one.',
  description:
    'Each pixel of the output and of the reference is given the class of the palette colour nearest to it (Euclidean distance in RGB; of equally near ones the first); the share of pixels whose classes agree. Made for maps of flat colours, where it reads as a segmentation accuracy.',
  formula: 'share of pixels with nearest(output) = nearest(reference)',
  paper: 'arXiv:1611.07004',
  better: 'higher',
  unit: 'share of pixels',
  needs: 'palette',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'pixel-accuracy' },

  build(_params, { palette }) {
    if (!palette || palette.colours.length === 0) {
      throw new UserError('pixel-accuracy needs the palette of the reference field, but there is none.', {
        remedy: 'Write it in the recipe: `target: { from: right, palette: auto }`, or remove the metric.',
        exitCode: 2,
      });
    }
    const { colours } = palette;
    return (output, reference) => {
      assertSameSize('pixel-accuracy', output, reference);
      const pixels = reference.width * reference.height;
      let right = 0;
      for (let pixel = 0; pixel < pixels; pixel++) {
        if (nearest(output, pixel, colours) === nearest(reference, pixel, colours)) right++;
      }
      return right / pixels;
    };
  },
});

/** Class of a pixel; grey stands for equal red, green and blue, and alpha is left out. */
function nearest({ data, channels }: Image, pixel: number, colours: readonly Colour[]): number {
  const at = pixel * channels;
  const red = data[at]!;
  const green = channels === 1 ? red : data[at + 1]!;
  const blue = channels === 1 ? red : data[at + 2]!;
  let best = 0;
  let least = Infinity;
  for (let i = 0; i < colours.length; i++) {
    const colour = colours[i]!;
    const r = red - colour[0];
    const g = green - colour[1];
    const b = blue - colour[2];
    const distance = r * r + g * g + b * b;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}

import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import { defineTensor } from '../registry/index.js';

export const randomMask = defineTensor({
  type: 'random-mask',
  summary:
    'A hole drawn at random in each image, 1 inside and 0 outside: new in every step, fixed in samples and evaluation.',
  description:
    'For inpainting, with `erase`, `blend` and `where` of a loss. Every place inside the image is equally likely; `center` is the Context Encoder’s first task. Shape: [height, width, 1].',
  paper: 'arXiv:1604.07379',
  params: Type.Object(
    {
      of: Type.String({ description: 'An image, for its height and width; its values are not used.' }),
      shape: Type.Enum(['box', 'center', 'pixels'], {
        default: 'box',
        description:
          '`box` is one rectangle of the image’s proportions, `center` the same in the middle, always, `pixels` are single ones anywhere.',
      }),
      area: Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.25,
        description:
          'Share of the image inside: of a rectangle as near as whole pixels allow, of `pixels` on average.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'random-mask', of: 'photo', shape: 'box', area: 0.25 },
  operands: ['of'],
  readsShapes: true,
  isMask: true,
  stopsGradient: true,

  shape(_params, [of]) {
    const [height, width] = imageShape('random-mask', [of!]);
    return [height, width, 1];
  },

  build:
    ({ shape, area }, { batch, draw }) =>
    ([of]) => {
      const [, height = 1, width = 1] = of!.shape;
      return draw([batch, height, width, 1], (random, values) => {
        if (shape === 'pixels') {
          for (let i = 0; i < values.length; i++) values[i] = Number(random.uniform() < area);
          return;
        }
        const size = height * width;
        for (let at = 0; at < values.length; at += size)
          fillBox(values.subarray(at, at + size), height, width, Math.sqrt(area), (free) =>
            shape === 'center' ? free >> 1 : random.integer(free + 1),
          );
      });
    },
});

/**
 * @param share of each side.
 * @param margin before the box, of the pixels that it leaves free.
 */
function fillBox(
  mask: Float32Array,
  height: number,
  width: number,
  share: number,
  margin: (free: number) => number,
): void {
  const [rows, columns] = [Math.max(1, Math.round(height * share)), Math.max(1, Math.round(width * share))];
  const top = margin(height - rows);
  const left = margin(width - columns);
  for (let y = top; y < top + rows; y++) mask.fill(1, y * width + left, y * width + left + columns);
}

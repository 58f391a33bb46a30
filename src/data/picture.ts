import type { Palette } from '../core/image.js';
import { sizeOf } from '../core/shape.js';
import type { FieldConfig } from '../recipe/index.js';
import type { ImageSize } from '../registry/index.js';
import { CENTRE, windowOf } from './augment.js';
import { channelsOf, type Field, isDiscrete, toFieldPixels } from './field.js';
import { decodeImage } from './decode/images.js';
import { resizeImage } from './resize/resize.js';
import { writeTensor } from './tensor.js';
import type { Batch } from './types.js';

export interface PictureOptions {
  readonly as: FieldConfig['as'];
  readonly palette?: Palette;
  /** undefined: not resized. */
  readonly size?: ImageSize | undefined;
}

/** One image file as a field's values, `[1, height, width, channels]`: what `gan predict` feeds. @throws BadExample */
export async function readPicture(
  file: string,
  { as, palette, size }: PictureOptions,
): Promise<Batch['fields'][string]> {
  const field: Field = { name: file, from: file, as, palette };
  const image = await resizeImage(await decodeImage(file), {
    size,
    fit: 'fill',
    interpolation: isDiscrete(as) ? 'nearest' : 'bicubic',
    alpha: as === 'rgba',
  });
  const shape = [image.height, image.width, channelsOf(field)];
  const data = new Float32Array(sizeOf(shape));
  writeTensor(data, toFieldPixels(image, field), windowOf(image, image, CENTRE), field);
  return { data, shape: [1, ...shape] };
}

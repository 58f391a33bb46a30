import type { Image } from '../../core/image.js';
import type { ImageSize, Place } from '../../registry/index.js';
import type { Field } from '../field.js';
import type { Fitting } from '../pixels.js';
import type { DecoderPool } from './pool.js';

/** The pixels of an example's places, file by file in the pool's threads; undefined where one file is left to others. */
export async function decodeElsewhere(
  pool: DecoderPool,
  cuts: readonly (Place & { readonly field: Field })[],
  size: ImageSize,
  { fit, interpolation }: Fitting,
): Promise<readonly Image[] | undefined> {
  const fitting = { fit, interpolation };
  const files = [...new Set(cuts.map(({ file }) => file))];
  const found = await Promise.all(
    files.map((file) =>
      pool.decode({ file, cuts: cuts.filter((each) => each.file === file), size, fitting }),
    ),
  );
  if (!found.every((pixels) => pixels !== undefined)) return undefined;
  return cuts.map((each) => {
    const of = files.indexOf(each.file);
    const place = cuts.filter(({ file }) => file === each.file).indexOf(each);
    return found[of]![place]!;
  });
}

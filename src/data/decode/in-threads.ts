import type { Image } from '../../core/image.js';
import type { ImageSize, Place } from '../../registry/index.js';
import type { Field } from '../field.js';
import type { Fitting } from '../pixels.js';
import type { DecoderPool } from './pool.js';

/** Decodes the files of an example in the pool's threads. @returns undefined where one of them needs another decoder. */
export async function decodeInThreads(
  pool: DecoderPool,
  cuts: readonly (Place & { readonly field: Field })[],
  size: ImageSize,
  { fit, interpolation }: Fitting,
): Promise<readonly Image[] | undefined> {
  const fitting = { fit, interpolation };
  const files = [...new Set(cuts.map(({ file }) => file))];
  const pixelsByFile = await Promise.all(
    files.map((file) =>
      pool.decode({ file, cuts: cuts.filter((each) => each.file === file), size, fitting }),
    ),
  );
  if (!pixelsByFile.every((pixels) => pixels !== undefined)) return undefined;
  return cuts.map((each) => {
    const of = files.indexOf(each.file);
    const place = cuts.filter(({ file }) => file === each.file).indexOf(each);
    return pixelsByFile[of]![place]!;
  });
}

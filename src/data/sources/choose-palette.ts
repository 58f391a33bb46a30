import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../core/errors.js';
import { cutOut, type Palette } from '../../core/image.js';
import { BadExample, type DatasetReader, type Example, type ImageSize } from '../../registry/index.js';
import { FlatColours } from './flat-colours.js';
import { paletteOf, readPalette } from './palette.js';
import { type Folders, resolvePath } from './paths.js';
import { readImages } from './read-images.js';
import { forEachLimited, spread } from '../for-each-limited.js';

/** Images that colours are searched in. */
const MAX_SAMPLED = 200;
const MAX_OPEN_FILES = 8;

export interface PaletteRequest {
  readonly field: string;
  readonly from: string;
  readonly folder: string | undefined;
  readonly reader: DatasetReader;
  readonly train: readonly Example[];
  readonly size: ImageSize;
  readonly folders: Folders;
}

/** A field's palette by its key `palette`: colours, a file, or `auto`: a file in the data's folder, else the data set's palette, else colours found in train. */
export async function choosePalette(
  wanted: string | readonly string[],
  request: PaletteRequest,
): Promise<Palette> {
  if (typeof wanted !== 'string') return paletteOf(wanted, `the palette of field "${request.field}"`);
  if (wanted !== 'auto') return readPalette(resolvePath(wanted, request.folders));
  const paletteFile = request.folder === undefined ? undefined : join(request.folder, 'palette.yaml');
  if (paletteFile !== undefined && (await exists(paletteFile))) return readPalette(paletteFile);
  return request.reader.palette?.(request.from) ?? findPalette(request);
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function findPalette({ field, from, reader, train, size }: PaletteRequest): Promise<Palette> {
  const found = new FlatColours();
  await forEachLimited(spread(train, MAX_SAMPLED), MAX_OPEN_FILES, async (example) => {
    try {
      const [image] = await readImages(reader, example, [from], size);
      found.add(cutOut(image!));
    } catch (error) {
      // Reported when it is read for training.
      if (!(error instanceof BadExample)) throw error;
    }
  });
  const colours = found.palette();
  if (colours) return { colours };
  throw new UserError(
    `Field "${field}" has \`palette: auto\`, but its images are not made of a few flat colours.`,
    {
      remedy: 'List the colours (`palette: ["#ff0000", ...]`), name a palette file, or leave `palette` out.',
    },
  );
}

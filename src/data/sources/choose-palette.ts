import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../core/errors.js';
import { cutOut, type Palette } from '../../core/image.js';
import { BadExample, type DatasetReader, type Example, type ImageSize } from '../../registry/index.js';
import { FlatColours } from './flat-colours.js';
import { paletteOf, readPalette } from './palette.js';
import { type Folders, resolvePath } from './paths.js';
import { readImages } from './places.js';
import { forEachLimited, spread } from '../pool.js';

/** Images looked at for colours. */
const SAMPLED = 200;
const WIDTH = 8;

export interface PaletteRequest {
  readonly field: string;
  readonly from: string;
  readonly folder: string | undefined;
  readonly reader: DatasetReader;
  readonly train: readonly Example[];
  readonly size: ImageSize;
  readonly folders: Folders;
}

/** What a field's `palette` says: colours, a file, or `auto`: beside the data, else known to its type, else found in train. */
export async function choosePalette(
  wanted: string | readonly string[],
  request: PaletteRequest,
): Promise<Palette> {
  if (typeof wanted !== 'string') return paletteOf(wanted, `the palette of field "${request.field}"`);
  if (wanted !== 'auto') return readPalette(resolvePath(wanted, request.folders));
  const beside = request.folder === undefined ? undefined : join(request.folder, 'palette.yaml');
  if (beside !== undefined && (await exists(beside))) return readPalette(beside);
  return request.reader.palette?.(request.from) ?? findPalette(request);
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function findPalette({ field, from, reader, train, size }: PaletteRequest): Promise<Palette> {
  const found = new FlatColours();
  await forEachLimited(spread(train, SAMPLED), WIDTH, async (example) => {
    try {
      const [image] = await readImages(reader, example, [from], size);
      found.add(cutOut(image!));
    } catch (error) {
      // Counted and named when it is its turn to be read.
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

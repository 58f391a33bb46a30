import type { Image } from '../../core/image.js';
import type { SourceConfig } from '../../recipe/recipe.js';
import { BadExample, type DatasetReader, type Example, type ImageSize } from '../../registry/index.js';
import type { BadExamples } from './bad-examples.js';
import type { PixelCache } from '../cache/pixel-cache.js';
import { decodeElsewhere } from '../decode/elsewhere.js';
import type { DecoderPool } from '../decode/pool.js';
import type { DiskCache } from '../cache/disk-cache.js';
import type { Shelf } from '../cache/disk-cache-reader.js';
import type { Field, Value } from '../field.js';
import { type Fitting, isLarge, makePixels } from '../pixels.js';
import { readImages } from './places.js';
import type { Splits } from './splits.js';

/** An example's values, one per field of the source; images are not yet cropped. */
export interface Pixels {
  readonly name: string;
  readonly values: readonly Value[];
}

/** What all sources of a recipe share. */
export interface Means {
  readonly cache: PixelCache;
  readonly decoders: DecoderPool;
  readonly disk: DiskCache;
}

/** One opened source of a recipe. */
export class Source {
  private readonly shelves = new Map<string, Shelf | undefined>();

  constructor(
    readonly name: string,
    readonly config: SourceConfig,
    /** Absolute; undefined where it makes its examples. */
    readonly folder: string | undefined,
    readonly fields: readonly Field[],
    readonly splits: Splits,
    readonly bad: BadExamples,
    private readonly reader: DatasetReader,
    private readonly means: Means,
  ) {}

  /** Whether the n-th example of a split is known to be unusable. */
  isBad(split: string, index: number): boolean {
    return this.bad.has(this.splits.get(split)![index]!);
  }

  /**
   * An example of train, at jitter size. For a bad one the next good one in file-name order stands in: that depends on the
   * files alone, so a resumed run, which may know of more bad ones, still reads the same.
   */
  async readTrain(index: number): Promise<Pixels> {
    const examples = this.splits.get('train')!;
    for (let i = 0; i < examples.length; i++) {
      const pixels = await this.read(
        examples[(index + i) % examples.length]!,
        'train',
        this.config.augment.jitter,
      );
      if (pixels) return pixels;
    }
    throw new Error(`Source "${this.name}" has no good example, and its bad ones were not too many.`);
  }

  /** An example of any split, as it is measured on; undefined where it is bad. */
  readPlain(split: string, index: number): Promise<Pixels | undefined> {
    return this.read(this.splits.get(split)![index]!, split, undefined);
  }

  private async read(
    example: Example,
    split: string,
    jitter: ImageSize | undefined,
  ): Promise<Pixels | undefined> {
    if (this.bad.has(example)) return undefined;
    const key = [this.name, split, jitter ? 'jitter' : 'plain', example.name].join('\0');
    const cached = this.means.cache.get(key);
    if (cached) return { name: example.name, values: cached };
    try {
      const values = await this.decode(example, split, jitter ?? this.config.size);
      this.means.cache.add(key, values);
      return { name: example.name, values };
    } catch (error) {
      if (!(error instanceof BadExample)) throw error;
      this.bad.add([{ example, error }]);
      return undefined;
    }
  }

  close(): void {
    for (const shelf of this.shelves.values()) shelf?.close();
  }

  private async decode(example: Example, split: string, size: ImageSize): Promise<readonly Value[]> {
    const pictured = this.fields.filter((field) => field.as !== 'class');
    const make = (): Promise<readonly Image[]> => this.readPixels(example, pictured, size);
    const shelf = this.shelf(split, size);
    const pixels = await (shelf ? shelf.read(example, make) : make());
    return this.fields.map((field) =>
      field.as === 'class' ? classNumber(field, example) : pixels[pictured.indexOf(field)]!,
    );
  }

  /** Undefined where examples are made, or nothing is kept on the disk. */
  private shelf(split: string, size: ImageSize): Shelf | undefined {
    if ('read' in this.reader || this.fields.every((field) => field.as === 'class')) return undefined;
    const key = `${split} ${size.width} ${size.height}`;
    if (!this.shelves.has(key)) {
      const palettes = this.fields.map(({ palette }) => palette?.colours);
      const what = [this.folder, split, size, { ...this.config, augment: undefined }, palettes];
      this.shelves.set(key, this.means.disk.shelf(what, this.splits.get(split)!, this.bad));
    }
    return this.shelves.get(key);
  }

  private async readPixels(
    example: Example,
    fields: readonly Field[],
    size: ImageSize,
  ): Promise<readonly Image[]> {
    const from = fields.map((field) => field.from);
    if (!('read' in this.reader)) {
      const places = this.reader.places(example, from);
      const cuts = places.map((place, i) => ({ ...place, field: fields[i]! }));
      const found = await decodeElsewhere(this.means.decoders, cuts, size, this.config);
      if (found) return found;
    }
    const images = await readImages(this.reader, example, from, size);
    return Promise.all(
      images.map((image, i) => {
        checkCroppable(image, size, example, this.config);
        return makePixels(image, fields[i]!, size, this.config);
      }),
    );
  }
}

function classNumber({ name, classes = [] }: Field, example: Example): number {
  const number = classes.indexOf(example.class ?? '');
  if (number >= 0) return number;
  throw new BadExample(example.files[0] ?? example.name, `is of no class of the field ${name}`);
}

function checkCroppable(image: ImageSize, size: ImageSize, example: Example, fitting: Fitting): void {
  if (isLarge(image, size, fitting)) return;
  throw new BadExample(
    example.files[0] ?? example.name,
    `is ${image.width}x${image.height} pixels, too small to crop ${size.width}x${size.height} from it`,
  );
}

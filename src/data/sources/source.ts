import type { Image } from '../../core/image.js';
import type { SourceConfig } from '../../recipe/index.js';
import { BadExample, type DatasetReader, type Example, type ImageSize } from '../../registry/index.js';
import type { BadExamples } from './bad-examples.js';
import type { PixelCache } from '../cache/pixel-cache.js';
import { decodeInThreads } from '../decode/in-threads.js';
import type { DecoderPool } from '../decode/pool.js';
import type { DiskCache } from '../cache/disk-cache.js';
import type { DiskCacheReader } from '../cache/disk-cache-reader.js';
import type { Field, Value } from '../field.js';
import { type Fitting, isLarge, makePixels } from '../pixels.js';
import { readImages } from './read-images.js';
import type { Splits } from './splits.js';

/** An example's values, one per field of the source; images are not yet cropped. */
export interface Pixels {
  readonly name: string;
  readonly values: readonly Value[];
}

/** Caches and threads that all sources of a recipe share. */
export interface SharedResources {
  readonly cache: PixelCache;
  readonly decoders: DecoderPool;
  readonly disk: DiskCache;
}

/** One opened source of a recipe. */
export class Source {
  private readonly cacheReaders = new Map<string, DiskCacheReader | undefined>();

  constructor(
    readonly name: string,
    readonly config: SourceConfig,
    /** Absolute; undefined where examples are computed. */
    readonly folder: string | undefined,
    readonly fields: readonly Field[],
    readonly splits: Splits,
    readonly bad: BadExamples,
    private readonly reader: DatasetReader,
    private readonly resources: SharedResources,
  ) {}

  /** Whether the n-th example of a split is known to be unusable. */
  isBad(split: string, index: number): boolean {
    return this.bad.has(this.splits.get(split)![index]!);
  }

  /**
   * An example of train, at jitter size. A bad one is replaced by the next good one in file-name order: that depends on the
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

  /** An example of any split without augmentation; undefined where it is bad. */
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
    const cached = this.resources.cache.get(key);
    if (cached) return { name: example.name, values: cached };
    try {
      const values = await this.decode(example, split, jitter ?? this.config.size);
      this.resources.cache.add(key, values);
      return { name: example.name, values };
    } catch (error) {
      if (!(error instanceof BadExample)) throw error;
      this.bad.add([{ example, error }]);
      return undefined;
    }
  }

  close(): void {
    for (const reader of this.cacheReaders.values()) reader?.close();
  }

  private async decode(example: Example, split: string, size: ImageSize): Promise<readonly Value[]> {
    const pictured = this.fields.filter((field) => field.as !== 'class');
    const decode = (): Promise<readonly Image[]> => this.readPixels(example, pictured, size);
    const reader = this.cacheReader(split, size);
    const pixels = await (reader ? reader.read(example, decode) : decode());
    return this.fields.map((field) =>
      field.as === 'class' ? classNumber(field, example) : pixels[pictured.indexOf(field)]!,
    );
  }

  /** Undefined where examples are computed, or the disk cache is off. */
  private cacheReader(split: string, size: ImageSize): DiskCacheReader | undefined {
    if ('read' in this.reader || this.fields.every((field) => field.as === 'class')) return undefined;
    const key = `${split} ${size.width} ${size.height}`;
    if (!this.cacheReaders.has(key)) {
      const palettes = this.fields.map(({ palette }) => palette?.colours);
      const identity = [this.folder, split, size, { ...this.config, augment: undefined }, palettes];
      this.cacheReaders.set(key, this.resources.disk.reader(identity, this.splits.get(split)!, this.bad));
    }
    return this.cacheReaders.get(key);
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
      const found = await decodeInThreads(this.resources.decoders, cuts, size, this.config);
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

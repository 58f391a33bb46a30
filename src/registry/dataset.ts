import type { TObject } from 'typebox';
import type { Image, ImagePart, Palette } from '../core/image.js';
import type { Definition, ParamsOf } from './definition.js';
import { ofKind } from './kind-mark.js';

export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** What a data set is given to read with; files go through here, so that decoding stays in one place. */
export interface DatasetContext {
  /** Absolute path of the source's data; undefined for a type without files. */
  readonly folder: string | undefined;
  /** What the source's fields ask for, each once. */
  readonly from: readonly string[];
  /** Files below a folder that are images, relative to it, in natural file-name order (2 before 10). */
  readonly list: (folder: string) => Promise<readonly string[]>;
  /** Names of the folders in a folder, in the same order; none where there is no such folder. */
  readonly folders: (folder: string) => Promise<readonly string[]>;
  /** Size by the file's header, upright. @throws BadExample */
  readonly probe: (file: string) => Promise<ImageSize>;
  /** Upright sRGB, 3 channels, or 4 where the file has alpha. @throws BadExample */
  readonly decode: (file: string) => Promise<Image>;
  /** Tells the user of something that is no error. */
  readonly warn: (text: string) => void;
}

/** An example that cannot be used, by a fault of its files: named, counted and skipped. Any other error is a bug. */
export class BadExample extends Error {
  override readonly name = 'BadExample';

  constructor(
    readonly file: string,
    /** What is wrong with it, as the end of a sentence: `is 511 pixels wide, ...`. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${file} ${reason}`, options);
  }
}

export interface Example {
  /** Unique in its split and stable, e.g. the file's name; shares and pairs are made by it. */
  readonly name: string;
  /** Absolute paths of what it is made of; empty where it is generated. */
  readonly files: readonly string[];
  /** Of a type whose examples have one: its name. */
  readonly class?: string;
}

/** Where a picture lies: in a file, of its own or as one half of it. */
export interface Place {
  /** Absolute path. */
  readonly file: string;
  /** Default: the whole. */
  readonly half?: 'left' | 'right' | undefined;
}

/** Finds the examples of an opened source. */
export interface ExampleFinder {
  /** Splits that it has by itself (sub-folders); empty where all is one heap that shares divide. */
  splits(): Promise<readonly string[]>;
  /** @param split one of `splits()`; undefined: all there is, as one heap. */
  examples(split: string | undefined): Promise<readonly Example[]>;
  /** Where the data set itself knows its colours. */
  palette?(from: string): Palette | undefined;
}

/** Says where pictures lie: the loader looks at headers, decodes and resizes them, in several threads where it has them. */
export interface PlacedReader extends ExampleFinder {
  /** One per asked `from`; `class` is not asked for: it is the example's. @throws BadExample */
  places(example: Example, from: readonly string[]): readonly Place[];
}

/** Makes or reads its pictures itself. */
export interface MadeReader extends ExampleFinder {
  /** A look at headers before anything is trained on. @throws BadExample */
  check?(example: Example): Promise<void>;
  /**
   * One image, or part of one, per asked `from`, at its own size; the loader resizes.
   * @param size what the loader would resize to: types that make their images make them so.
   * @throws BadExample
   */
  read(example: Example, from: readonly string[], size: ImageSize): Promise<readonly (Image | ImagePart)[]>;
}

export type DatasetReader = PlacedReader | MadeReader;

/** Common keys that it must not declare: `type`, `path`, `fields`, `size`, `fit`, `interpolation`, `augment`, `splits`. */
export interface DatasetDefinition<P extends TObject = TObject> extends Definition<P> {
  /** false: it makes its examples and takes no `path`. */
  readonly files: boolean;
  /** What a field's `from` may be; undefined: any name (a folder). */
  readonly from: readonly string[] | undefined;
  /** true: examples have a class, which a field takes by `from: class`. */
  readonly classes?: boolean;
  /** @throws UserError where the folder holds no such data; the message says what was looked for. */
  open(params: ParamsOf<P>, context: DatasetContext): Promise<DatasetReader>;
}

/** Folders that divide a data set by themselves. */
export const USUAL_SPLITS: readonly string[] = ['train', 'val', 'test'];

/** What a field's `from` is where it takes the examples' class. */
export const CLASS = 'class';

/** Channels that a field's `as` gives. */
export const FIELD_CHANNELS: Readonly<Record<'rgb' | 'grey' | 'rgba' | 'mask', number>> = {
  rgb: 3,
  grey: 1,
  rgba: 4,
  mask: 1,
};

export function defineDataset<P extends TObject>(definition: DatasetDefinition<P>): DatasetDefinition<P> {
  return ofKind('dataset', definition);
}

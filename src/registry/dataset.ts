import type { TObject } from 'typebox';
import type { Image, Palette } from '../core/image.js';
import type { Definition, ParamsOf } from './definition.js';

/** What a data set is given to read with; files go through here, so that decoding stays in one place. */
export interface DatasetContext {
  /** Absolute path of the source's data; undefined for a type without files. */
  readonly folder: string | undefined;
  /** Files below a folder that are images, relative, in natural file-name order (2 before 10). */
  list(folder: string): Promise<readonly string[]>;
  /** @throws where the file is no readable image; the loader counts and names it. */
  decode(file: string): Promise<Image>;
  /** Size that fields will have, for types that make their images. */
  readonly size: { readonly height: number; readonly width: number };
}

export interface Example {
  /** Unique in its split and stable, e.g. the file's name; shares and pairs are made by it. */
  readonly name: string;
  /** Files it is made of, for messages. */
  readonly files: readonly string[];
}

/** An opened source: finds its examples and reads the pixels of one. */
export interface DatasetReader {
  /** Splits that it has by itself (sub-folders); empty where all is one heap that shares divide. */
  splits(): Promise<readonly string[]>;
  /** @param split undefined: the whole heap. */
  examples(split: string | undefined): Promise<readonly Example[]>;
  /** One image per asked `from`, at its own size. @throws naming the file and what is wrong with it. */
  read(example: Example, from: readonly string[]): Promise<readonly Image[]>;
  /** Where the data set itself knows its colours. */
  palette?(from: string): Promise<Palette | undefined>;
}

/** Common keys that it must not declare: `type`, `path`, `fields`, `size`, `fit`, `interpolation`, `augment`, `splits`. */
export interface DatasetDefinition<P extends TObject = TObject> extends Definition<P> {
  /** false: it makes its examples and takes no `path`. */
  readonly files: boolean;
  /** What a field's `from` may be; undefined: any name (a folder). */
  readonly from: readonly string[] | undefined;
  open(params: ParamsOf<P>, context: DatasetContext): Promise<DatasetReader>;
}

/** Channels that a field's `as` gives. */
export const FIELD_CHANNELS: Readonly<Record<'rgb' | 'grey' | 'rgba' | 'mask', number>> = {
  rgb: 3,
  grey: 1,
  rgba: 4,
  mask: 1,
};

export function defineDataset<P extends TObject>(definition: DatasetDefinition<P>): DatasetDefinition<P> {
  return definition;
}

import { UserError } from '../core/errors.js';
import type { Palette } from '../core/image.js';
import { readAhead } from './read-ahead.js';
import { CENTRE, drawAugmentation } from './augment.js';
import { collate, type Row } from './collate.js';
import { digestSource } from './sources/digest.js';
import { Order, passLength, stepsPerEpoch } from './order.js';
import type { SharedResources, Source } from './sources/source.js';
import type { Batch, CacheUse, Data, SkippedExample, SourceInfo } from './types.js';

export interface LoadOptions {
  readonly seed: number;
  readonly batch: number;
  readonly prefetch: number;
}

/** The opened sources of a recipe, read together. */
export class LoadedData implements Data {
  readonly sources: Readonly<Record<string, SourceInfo>>;
  readonly palettes: Readonly<Record<string, Palette>>;
  private readonly reading = new Set<Promise<unknown>>();
  private closed = false;

  constructor(
    private readonly opened: readonly Source[],
    private readonly resources: SharedResources,
    private readonly options: LoadOptions,
  ) {
    this.sources = Object.fromEntries(opened.map((source) => [source.name, infoOf(source)]));
    const fields = opened.flatMap((source) => source.fields);
    this.palettes = Object.fromEntries(
      fields.flatMap(({ name, palette }) => (palette ? [[name, palette]] : [])),
    );
  }

  get cache(): CacheUse {
    return this.resources.cache.use;
  }

  get skipped(): readonly SkippedExample[] {
    return this.opened.flatMap((source) => source.bad.skipped);
  }

  get stepsPerEpoch(): number {
    return stepsPerEpoch(Math.max(...this.lengths('train')), this.options.batch);
  }

  async *batches(from: number): AsyncGenerator<Batch, never> {
    const { seed, batch, prefetch } = this.options;
    const counts = this.lengths('train');
    const orders = this.opened.map(({ name }, i) => {
      return new Order(seed, name, counts[i]!, passLength(counts[i]!, Math.max(...counts), batch));
    });
    const row = (source: Source, draw: number): Promise<Row> => {
      const place = orders[this.opened.indexOf(source)]!.at(draw);
      const flip = source.config.augment.flip === 'horizontal';
      const augmentation = drawAugmentation(seed, source.name, place, flip);
      return source.readTrain(place.index).then((pixels) => ({ ...pixels, augmentation }));
    };
    const make = async (step: number): Promise<Batch> => {
      const draws = Array.from({ length: batch }, (_, i) => step * batch + i);
      const rows = this.opened.map((source) => Promise.all(draws.map((draw) => row(source, draw))));
      return collate(this.opened, await Promise.all(rows));
    };
    return yield* readAhead((step) => this.track(make(step)), from, prefetch);
  }

  async *examples(split: string, limit = Infinity): AsyncGenerator<Batch> {
    const length = Math.min(...this.lengths(split));
    const make = async (index: number): Promise<Batch | undefined> => {
      if (index >= length || this.opened.some((source) => source.isBad(split, index))) return undefined;
      const pixels = await Promise.all(this.opened.map((source) => source.readPlain(split, index)));
      if (!pixels.every((found) => found !== undefined)) return undefined;
      return collate(
        this.opened,
        pixels.map((found) => [{ ...found, augmentation: CENTRE }]),
      );
    };
    const ahead = Math.max(0, Math.min(this.options.prefetch, limit - 1));
    const batches = readAhead((index) => this.track(make(index)), 0, ahead);
    try {
      for (let index = 0, given = 0; index < length && given < limit; index++) {
        const { value } = await batches.next();
        if (value === undefined) continue;
        given++;
        yield value;
      }
    } finally {
      await batches.return(undefined as never);
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- an error is a rejection, as from another thread
  async count(split: string): Promise<number> {
    const length = Math.min(...this.lengths(split));
    const rows = Array.from({ length }, (_, index) => index);
    return rows.filter((index) => !this.opened.some((source) => source.isBad(split, index))).length;
  }

  async digests(): Promise<Readonly<Record<string, string>>> {
    const digests = this.opened.map(async (source) => [source.name, await digestSource(source)] as const);
    return Object.fromEntries(await Promise.all(digests));
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.reading);
    await this.resources.decoders.close();
    for (const source of this.opened) source.close();
  }

  private track<T>(reading: Promise<T>): Promise<T> {
    if (this.closed) throw new Error('The data was closed; nothing more can be read from it.');
    this.reading.add(reading);
    const done = (): boolean => this.reading.delete(reading);
    reading.then(done, done);
    return reading;
  }

  /** Examples of a split, by source. @throws UserError where a source has none. */
  private lengths(split: string): readonly number[] {
    return this.opened.map(({ name, splits, folder }) => {
      const examples = splits.get(split);
      if (examples && examples.length > 0) return examples.length;
      throw missingSplit(name, split, [...splits.keys()], folder, examples !== undefined);
    });
  }
}

function infoOf({ config, folder, splits, fields }: Source): SourceInfo {
  const counts = Object.fromEntries([...splits].map(([split, examples]) => [split, examples.length]));
  const classes = fields.flatMap((field) => (field.classes ? [[field.name, field.classes] as const] : []));
  const withClasses = classes.length > 0 ? { classes: Object.fromEntries(classes) } : {};
  return { type: config.type, folder, counts, ...withClasses };
}

function missingSplit(
  source: string,
  split: string,
  splits: readonly string[],
  folder: string | undefined,
  empty: boolean,
): UserError {
  const where = folder === undefined ? '' : ` (${folder})`;
  const what = empty
    ? `split "${split}" of source "${source}" is empty`
    : `source "${source}" has no split "${split}"`;
  return new UserError(
    `${what.charAt(0).toUpperCase()}${what.slice(1)}${where}; it has ${splits.join(', ')}.`,
    {
      remedy: empty
        ? 'Put images there; where `splits` gives shares, a larger one.'
        : `Put images into a sub-folder "${split}", or divide what is there: \`splits: { train: 0.9, ${split}: 0.1 }\`.`,
    },
  );
}

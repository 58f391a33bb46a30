import type { SourceConfig } from '../recipe/recipe.js';
import type { Registry } from '../registry/index.js';
import { PixelCache } from './cache/pixel-cache.js';
import { DecoderPool } from './decode/pool.js';
import { DiskCache } from './cache/disk-cache.js';
import { LoadedData } from './loaded.js';
import { openSource } from './sources/open-source.js';
import type { Folders } from './sources/paths.js';
import type { Data } from './types.js';

export interface OpenDataOptions extends Folders {
  readonly sources: Readonly<Record<string, SourceConfig>>;
  readonly registry: Registry;
  /** Of the run: order and augmentation derive from it. */
  readonly seed: number;
  readonly batch: number;
  /** For decoded, resized pixels; 0 reads every example anew. */
  readonly cacheBytes: number;
  /** Of the disk, for pixels that later runs find there, all data sets together; default 0: none are kept. */
  readonly diskBytes?: number;
  /**
   * Batches read ahead; an example takes two turns of the event loop, so below 3 a thread that is busy has to wait.
   * Read in a thread of its own, as many again lie ready where they are used.
   */
  readonly prefetch: number;
  /** Threads that decode plain JPEGs, started when there is something to decode; default: none, this one does all. */
  readonly decoders?: number;
  /** Share of a source's examples that may be unreadable, 0 to 1. */
  readonly maxBadShare: number;
  readonly warn: (text: string) => void;
}

/** Opens the sources of a recipe. @throws UserError where data is missing, empty or mostly unreadable. */
export async function openData(options: OpenDataOptions): Promise<Data> {
  const means = {
    cache: new PixelCache(options.cacheBytes),
    decoders: new DecoderPool(options.decoders ?? 0),
    disk: new DiskCache(options.diskBytes ?? 0),
  };
  const sources = await Promise.all(
    Object.entries(options.sources).map(([name, config]) => openSource(name, config, { ...options, means })),
  );
  return new LoadedData(sources, means, options);
}

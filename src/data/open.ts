import type { SourceConfig } from '../recipe/index.js';
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
  /** The run's seed: order and augmentation derive from it. */
  readonly seed: number;
  readonly batch: number;
  /** Bytes of memory for decoded, resized pixels; 0: every example is decoded each time. */
  readonly cacheBytes: number;
  /** Bytes on the disk for pixels that later runs can use, of all data sets together; default 0: none. */
  readonly diskBytes?: number;
  /**
   * Batches read ahead. An example takes two turns of the event loop, so below 3 a busy thread has to wait. Where data is
   * read in a separate thread, as many batches again wait in the thread that uses them.
   */
  readonly prefetch: number;
  /** Threads that decode plain JPEGs, started when they are first needed; default: none, this thread decodes. */
  readonly decoders?: number;
  /** Share of a source's examples that may be unreadable, 0 to 1. */
  readonly maxBadShare: number;
  readonly warn: (text: string) => void;
}

/** Opens the sources of a recipe. @throws UserError where data is missing, empty or mostly unreadable. */
export async function openData(options: OpenDataOptions): Promise<Data> {
  const resources = {
    cache: new PixelCache(options.cacheBytes),
    decoders: new DecoderPool(options.decoders ?? 0),
    disk: new DiskCache(options.diskBytes ?? 0),
  };
  const sources = await Promise.all(
    Object.entries(options.sources).map(([name, config]) =>
      openSource(name, config, { ...options, resources }),
    ),
  );
  return new LoadedData(sources, resources, options);
}

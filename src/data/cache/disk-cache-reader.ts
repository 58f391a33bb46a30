import { rmSync, statSync } from 'node:fs';
import type { Image } from '../../core/image.js';
import type { Example } from '../../registry/index.js';
import type { BadExamples } from '../sources/bad-examples.js';
import { CacheFile, type CacheFileWriter } from './cache-file.js';

/** The folder of cache files. */
export interface CacheFiles {
  /** Bytes of all files together. */
  readonly limit: number;
  /** @returns undefined where another process is writing the file, or the folder is read-only. */
  write(file: string): CacheFileWriter | undefined;
  /** Whether a file of so many bytes may be written. */
  hasRoomFor(bytes: number): boolean;
  /** Deletes the least recently used files beyond the limit. */
  prune(): void;
}

/**
 * Reads decoded pixels of one split from the disk. Where its cache file is missing or incomplete, examples are decoded and
 * written to a new one, which is used once all examples are in it. Whatever fails here only means that files are decoded.
 */
export class DiskCacheReader {
  private cacheFile: CacheFile | undefined;
  private writer: CacheFileWriter | undefined;

  constructor(
    private readonly file: string,
    private readonly examples: readonly Example[],
    private readonly bad: BadExamples,
    private readonly disk: CacheFiles,
  ) {
    this.cacheFile = CacheFile.open(file);
    if (!this.isComplete(this.cacheFile)) this.writer = disk.write(file);
  }

  async read(example: Example, decode: () => Promise<readonly Image[]>): Promise<readonly Image[]> {
    const stamp = stampOf(example);
    const found = this.find(example, stamp);
    try {
      const images = found ?? (await decode());
      this.store(example, stamp, images);
      return images;
    } catch (error) {
      // An empty entry: the next run need not try to decode it.
      this.store(example, stamp, []);
      throw error;
    }
  }

  /** A new file that is incomplete is deleted. */
  close(): void {
    this.cacheFile?.close();
    this.cacheFile = undefined;
    this.abandon();
  }

  private find({ name }: Example, stamp: string | undefined): readonly Image[] | undefined {
    if (!this.cacheFile?.has(name) || stamp === undefined) return undefined;
    try {
      const found = this.cacheFile.read(name, stamp);
      if (found) return found.length > 0 ? found : undefined;
    } catch {
      // Damaged: deleted below, as a file that is out of date.
    }
    this.cacheFile.close();
    this.cacheFile = undefined;
    rmSync(this.file, { force: true });
    return undefined;
  }

  private store({ name }: Example, stamp: string | undefined, images: readonly Image[]): void {
    const { writer } = this;
    if (!writer || stamp === undefined || writer.has(name)) return;
    try {
      const bytes = images.reduce((sum, { data }) => sum + data.length, 0);
      const fits =
        writer.bytes === 0
          ? this.disk.hasRoomFor(bytes * this.examples.length)
          : writer.bytes + bytes <= this.disk.limit;
      if (!fits) {
        this.abandon();
        return;
      }
      writer.add(name, stamp, images);
      if (!this.isComplete(writer)) return;
      writer.finish();
      this.writer = undefined;
      this.disk.prune();
    } catch {
      // Most likely the disk is full.
      this.abandon();
    }
  }

  private isComplete(
    cached: { readonly has: (name: string) => boolean; readonly size: number } | undefined,
  ): boolean {
    if (!cached || cached.size < this.examples.length - this.bad.size) return false;
    return this.examples.every((example) => cached.has(example.name) || this.bad.has(example));
  }

  private abandon(): void {
    try {
      this.writer?.abandon();
    } catch {
      // A later process deletes it by its age.
    }
    this.writer = undefined;
  }
}

/** Sizes and times of an example's files; undefined where one is gone. */
function stampOf({ files }: Example): string | undefined {
  const stamps = files.map((file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found && `${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
  });
  return stamps.includes(undefined) ? undefined : stamps.join();
}

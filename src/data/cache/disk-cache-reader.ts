import { rmSync, statSync } from 'node:fs';
import type { Image } from '../../core/image.js';
import type { Example } from '../../registry/index.js';
import type { BadExamples } from '../sources/bad-examples.js';
import { Pack, type PackWriter } from './cache-file.js';

/** Where packs are. */
export interface Packs {
  /** Bytes of all. */
  readonly limit: number;
  /** Undefined where another process is at it, or the folder cannot be written to. */
  write(file: string): PackWriter | undefined;
  /** For a pack that will have so many bytes. */
  hasRoomFor(bytes: number): boolean;
  /** Makes room: those that were not used for longest go. */
  prune(): void;
}

/**
 * What the disk has of one split. Where that is not all, whatever is read is written, and counts when the last example is
 * there. It is a convenience: what goes wrong with it only means that files are decoded.
 */
export class Shelf {
  private pack: Pack | undefined;
  private writer: PackWriter | undefined;

  constructor(
    private readonly file: string,
    private readonly examples: readonly Example[],
    private readonly bad: BadExamples,
    private readonly disk: Packs,
  ) {
    this.pack = Pack.open(file);
    if (!this.isWhole(this.pack)) this.writer = disk.write(file);
  }

  async read(example: Example, decode: () => Promise<readonly Image[]>): Promise<readonly Image[]> {
    const stamp = stampOf(example);
    const found = this.find(example, stamp);
    try {
      const images = found ?? (await decode());
      this.keep(example, stamp, images);
      return images;
    } catch (error) {
      // Nor does the next run find anything in it.
      this.keep(example, stamp, []);
      throw error;
    }
  }

  /** What is not whole is given up. */
  close(): void {
    this.pack?.close();
    this.pack = undefined;
    this.giveUp();
  }

  private find({ name }: Example, stamp: string | undefined): readonly Image[] | undefined {
    if (!this.pack?.has(name) || stamp === undefined) return undefined;
    try {
      const found = this.pack.read(name, stamp);
      if (found) return found.length > 0 ? found : undefined;
    } catch {
      // Damaged: like one that is out of date it must not be met again.
    }
    this.pack.close();
    this.pack = undefined;
    rmSync(this.file, { force: true });
    return undefined;
  }

  private keep({ name }: Example, stamp: string | undefined, images: readonly Image[]): void {
    const { writer } = this;
    if (!writer || stamp === undefined || writer.has(name)) return;
    try {
      const bytes = images.reduce((sum, { data }) => sum + data.length, 0);
      const fits =
        writer.bytes === 0
          ? this.disk.hasRoomFor(bytes * this.examples.length)
          : writer.bytes + bytes <= this.disk.limit;
      if (!fits) {
        this.giveUp();
        return;
      }
      writer.add(name, stamp, images);
      if (!this.isWhole(writer)) return;
      writer.finish();
      this.writer = undefined;
      this.disk.prune();
    } catch {
      // A full disk, most likely.
      this.giveUp();
    }
  }

  private isWhole(
    kept: { readonly has: (name: string) => boolean; readonly size: number } | undefined,
  ): boolean {
    if (!kept || kept.size < this.examples.length - this.bad.size) return false;
    return this.examples.every((example) => kept.has(example.name) || this.bad.has(example));
  }

  private giveUp(): void {
    try {
      this.writer?.abandon();
    } catch {
      // Then it is found to be old some day.
    }
    this.writer = undefined;
  }
}

/** Tells one state of an example's files from another; undefined where one is gone. */
function stampOf({ files }: Example): string | undefined {
  const stamps = files.map((file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found && `${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
  });
  return stamps.includes(undefined) ? undefined : stamps.join();
}

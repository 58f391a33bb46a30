import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../core/node/cache-folder.js';
import type { Example } from '../../registry/index.js';
import type { BadExamples } from '../sources/bad-examples.js';
import { decoderVersions } from '../decode/images.js';
import { CacheFileWriter } from './cache-file.js';
import { type CacheFiles, DiskCacheReader } from './disk-cache-reader.js';

/** To be raised whenever the same files give other pixels; a test knows today's. */
const PIXELS_VERSION = 1;
/** A cache file takes at most this share of the disk's free space. */
const MAX_SHARE_OF_FREE = 0.1;
/** A temporary file that has not been written to for as long belongs to a process that died. */
const ABANDONED_AFTER_MS = 10 * 60 * 1000;

/** Decoded, resized pixels in files, for later runs and trials. */
export class DiskCache implements CacheFiles {
  private readonly folder = cacheFolder('pixels');

  /** @param limit bytes of all files together; 0: nothing is read or written. */
  constructor(readonly limit: number) {}

  /**
   * The reader of a split.
   * @param identity everything that its pixels depend on but the files themselves
   */
  reader(identity: unknown, examples: readonly Example[], bad: BadExamples): DiskCacheReader | undefined {
    if (this.limit === 0) return undefined;
    const key = JSON.stringify([PIXELS_VERSION, process.platform, process.arch, decoderVersions(), identity]);
    const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
    return new DiskCacheReader(join(this.folder, `${name}.pack`), examples, bad, this);
  }

  write(file: string): CacheFileWriter | undefined {
    const temporary = `${file}.new`;
    try {
      mkdirSync(this.folder, { recursive: true });
      const unfinished = statSync(temporary, { throwIfNoEntry: false });
      if (unfinished && Date.now() - unfinished.mtimeMs > ABANDONED_AFTER_MS)
        rmSync(temporary, { force: true });
      return new CacheFileWriter(file, temporary);
    } catch {
      return undefined;
    }
  }

  hasRoomFor(bytes: number): boolean {
    if (bytes > this.limit) return false;
    const { bavail, bsize } = statfsSync(this.folder);
    return bytes <= bavail * bsize * MAX_SHARE_OF_FREE;
  }

  prune(): void {
    const files = readdirSync(this.folder)
      .filter((name) => name.endsWith('.pack'))
      .map((name) => join(this.folder, name))
      .flatMap((file) => {
        const found = statSync(file, { throwIfNoEntry: false });
        return found ? [{ file, bytes: found.size, used: found.mtimeMs }] : [];
      })
      .sort((a, b) => b.used - a.used);
    let total = 0;
    for (const { file, bytes } of files) if ((total += bytes) > this.limit) rmSync(file, { force: true });
  }
}

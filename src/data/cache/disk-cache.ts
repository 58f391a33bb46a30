import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../core/node/cache-folder.js';
import type { Example } from '../../registry/index.js';
import type { BadExamples } from '../sources/bad-examples.js';
import { decoderVersions } from '../decode/images.js';
import { PackWriter } from './cache-file.js';
import { type Packs, Shelf } from './disk-cache-reader.js';

/** Goes up whenever the same files give other pixels: a test holds what they give today. */
const PIXELS_VERSION = 1;
/** Of what is free on the disk, a pack takes at most this share. */
const SHARE = 0.1;
/** A pack that nobody has written to for as long was given up by a process that died. */
const GIVEN_UP_MS = 10 * 60 * 1000;

/** Decoded, resized pixels in files, for the runs and trials that come after. */
export class DiskCache implements Packs {
  private readonly folder = cacheFolder('pixels');

  /** @param limit bytes of all packs; 0: nothing is read or written. */
  constructor(readonly limit: number) {}

  /**
   * The pack of a split.
   * @param what everything that changes its pixels, but for the files themselves
   */
  shelf(what: unknown, examples: readonly Example[], bad: BadExamples): Shelf | undefined {
    if (this.limit === 0) return undefined;
    const key = JSON.stringify([PIXELS_VERSION, process.platform, process.arch, decoderVersions(), what]);
    const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
    return new Shelf(join(this.folder, `${name}.pack`), examples, bad, this);
  }

  write(file: string): PackWriter | undefined {
    const fresh = `${file}.new`;
    try {
      mkdirSync(this.folder, { recursive: true });
      const begun = statSync(fresh, { throwIfNoEntry: false });
      if (begun && Date.now() - begun.mtimeMs > GIVEN_UP_MS) rmSync(fresh, { force: true });
      return new PackWriter(file, fresh);
    } catch {
      return undefined;
    }
  }

  hasRoomFor(bytes: number): boolean {
    if (bytes > this.limit) return false;
    const { bavail, bsize } = statfsSync(this.folder);
    return bytes <= bavail * bsize * SHARE;
  }

  prune(): void {
    const packs = readdirSync(this.folder)
      .filter((name) => name.endsWith('.pack'))
      .map((name) => join(this.folder, name))
      .flatMap((file) => {
        const found = statSync(file, { throwIfNoEntry: false });
        return found ? [{ file, bytes: found.size, used: found.mtimeMs }] : [];
      })
      .sort((a, b) => b.used - a.used);
    let kept = 0;
    for (const { file, bytes } of packs) if ((kept += bytes) > this.limit) rmSync(file, { force: true });
  }
}

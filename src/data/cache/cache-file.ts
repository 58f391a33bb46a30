import {
  closeSync,
  fstatSync,
  futimesSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Image } from '../../core/image.js';

/** The pixels of one example in a cache file: its images one after the other. */
interface Entry {
  readonly at: number;
  readonly crc: number;
  readonly images: readonly (readonly [width: number, height: number, channels: Image['channels']])[];
  /** Sizes and times of the files that it was decoded from. */
  readonly stamp: string;
}

/** The file's last bytes: this word, then the index's offset (8 bytes), length (4) and checksum (4). */
const MAGIC = 'GAN-PACK';
const FOOTER_BYTES = MAGIC.length + 16;

/** Pixels of many examples in one file, which never changes once it is written. */
export class CacheFile {
  private constructor(
    private readonly descriptor: number,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @returns undefined where there is no file, or it is incomplete. */
  static open(file: string): CacheFile | undefined {
    let descriptor: number | undefined;
    try {
      descriptor = openSync(file, 'r');
      const entries = readIndex(descriptor);
      if (entries) {
        touch(descriptor);
        return new CacheFile(descriptor, entries);
      }
    } catch {
      // Missing or unreadable: it will be written again.
    }
    if (descriptor !== undefined) closeSync(descriptor);
    return undefined;
  }

  get size(): number {
    return this.entries.size;
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** @returns an empty list for an example that could not be decoded; undefined where its files have changed. @throws where the pixels are damaged */
  read(name: string, stamp: string): readonly Image[] | undefined {
    const entry = this.entries.get(name);
    if (entry?.stamp !== stamp) return undefined;
    const sizes = entry.images.map(([width, height, channels]) => width * height * channels);
    const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
    const read = readSync(this.descriptor, bytes, 0, bytes.length, entry.at);
    if (read !== bytes.length || crc32(bytes) !== entry.crc)
      throw new Error(`The pixels of ${name} are damaged.`);
    let at = 0;
    return entry.images.map(([width, height, channels], i) => {
      const data = bytes.subarray(at, (at += sizes[i]!));
      return { width, height, channels, data };
    });
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Marks the file as used just now: the least recently used are deleted first. */
function touch(descriptor: number): void {
  try {
    futimesSync(descriptor, new Date(), new Date());
  } catch {
    // The file belongs to another user.
  }
}

function readIndex(descriptor: number): ReadonlyMap<string, Entry> | undefined {
  const { size } = fstatSync(descriptor);
  const footer = Buffer.alloc(FOOTER_BYTES);
  readSync(descriptor, footer, 0, FOOTER_BYTES, size - FOOTER_BYTES);
  const at = Number(footer.readBigUInt64LE(MAGIC.length));
  const length = footer.readUInt32LE(MAGIC.length + 8);
  if (footer.toString('latin1', 0, MAGIC.length) !== MAGIC || at + length + FOOTER_BYTES !== size)
    return undefined;
  const index = Buffer.alloc(length);
  readSync(descriptor, index, 0, length, at);
  if (crc32(index) !== footer.readUInt32LE(MAGIC.length + 12)) return undefined;
  return new Map(Object.entries(JSON.parse(index.toString()) as Record<string, Entry>));
}

/** Writes a cache file under a temporary name and renames it when it is complete. Methods throw the file system's errors. */
export class CacheFileWriter {
  private readonly entries = new Map<string, Entry>();
  private readonly descriptor: number;
  private at = 0;

  /** @param temporary the file that is written; one process at a time can create it. */
  constructor(
    private readonly file: string,
    private readonly temporary: string,
  ) {
    this.descriptor = openSync(temporary, 'wx');
  }

  get bytes(): number {
    return this.at;
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  get size(): number {
    return this.entries.size;
  }

  add(name: string, stamp: string, images: readonly Image[]): void {
    const entry = {
      at: this.at,
      crc: images.reduce((crc, { data }) => crc32(data, crc), 0),
      images: images.map(({ width, height, channels }) => [width, height, channels] as const),
      stamp,
    };
    for (const { data } of images) this.write(data);
    this.entries.set(name, entry);
  }

  finish(): void {
    const index = Buffer.from(JSON.stringify(Object.fromEntries(this.entries)));
    const footer = Buffer.alloc(FOOTER_BYTES);
    footer.write(MAGIC, 'latin1');
    footer.writeBigUInt64LE(BigInt(this.at), MAGIC.length);
    footer.writeUInt32LE(index.length, MAGIC.length + 8);
    footer.writeUInt32LE(crc32(index), MAGIC.length + 12);
    this.write(index);
    this.write(footer);
    closeSync(this.descriptor);
    renameSync(this.temporary, this.file);
  }

  abandon(): void {
    closeSync(this.descriptor);
    rmSync(this.temporary, { force: true });
  }

  private write(bytes: Uint8Array): void {
    // A disk that is nearly full may take only some of the bytes.
    for (let done = 0; done < bytes.length;) done += writeSync(this.descriptor, bytes, done);
    this.at += bytes.length;
  }
}

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

/** The pixels of one example, as they lie in a pack: one image behind the other. */
interface Entry {
  readonly at: number;
  readonly crc: number;
  readonly images: readonly (readonly [width: number, height: number, channels: Image['channels']])[];
  /** Of the files that it was made of. */
  readonly stamp: string;
}

/** The last bytes of a pack: this word, then where its index begins, its length and its checksum. */
const MAGIC = 'GAN-PACK';
const END = MAGIC.length + 16;

/** Pixels of many examples in one file, written once and for all. */
export class Pack {
  private constructor(
    private readonly descriptor: number,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** Undefined where there is none, or none that is whole. */
  static open(file: string): Pack | undefined {
    let descriptor: number | undefined;
    try {
      descriptor = openSync(file, 'r');
      const entries = readIndex(descriptor);
      if (entries) {
        touch(descriptor);
        return new Pack(descriptor, entries);
      }
    } catch {
      // Not there, or not to be read: then it is made anew.
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

  /** None of an example that could not be read; undefined where its files have changed since. @throws where damaged */
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

/** The oldest go first when there is no more room: what is used is young. */
function touch(descriptor: number): void {
  try {
    futimesSync(descriptor, new Date(), new Date());
  } catch {
    // Somebody else's.
  }
}

function readIndex(descriptor: number): ReadonlyMap<string, Entry> | undefined {
  const { size } = fstatSync(descriptor);
  const end = Buffer.alloc(END);
  readSync(descriptor, end, 0, END, size - END);
  const at = Number(end.readBigUInt64LE(MAGIC.length));
  const length = end.readUInt32LE(MAGIC.length + 8);
  if (end.toString('latin1', 0, MAGIC.length) !== MAGIC || at + length + END !== size) return undefined;
  const index = Buffer.alloc(length);
  readSync(descriptor, index, 0, length, at);
  if (crc32(index) !== end.readUInt32LE(MAGIC.length + 12)) return undefined;
  return new Map(Object.entries(JSON.parse(index.toString()) as Record<string, Entry>));
}

/** Writes a pack beside its place, and puts it there when it is whole. All methods throw what the file system says. */
export class PackWriter {
  private readonly entries = new Map<string, Entry>();
  private readonly descriptor: number;
  private at = 0;

  /** @param fresh where it is written; one process at a time has it. */
  constructor(
    private readonly file: string,
    private readonly fresh: string,
  ) {
    this.descriptor = openSync(fresh, 'wx');
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
    const end = Buffer.alloc(END);
    end.write(MAGIC, 'latin1');
    end.writeBigUInt64LE(BigInt(this.at), MAGIC.length);
    end.writeUInt32LE(index.length, MAGIC.length + 8);
    end.writeUInt32LE(crc32(index), MAGIC.length + 12);
    this.write(index);
    this.write(end);
    closeSync(this.descriptor);
    renameSync(this.fresh, this.file);
  }

  abandon(): void {
    closeSync(this.descriptor);
    rmSync(this.fresh, { force: true });
  }

  private write(bytes: Uint8Array): void {
    // A disk that is nearly full takes a part.
    for (let done = 0; done < bytes.length;) done += writeSync(this.descriptor, bytes, done);
    this.at += bytes.length;
  }
}

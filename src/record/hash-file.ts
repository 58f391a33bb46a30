import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

export interface HashedFile {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Bytes read at once: what was just written comes out of the system's memory. */
const PIECE = 1 << 20;

/** Takes the calling thread for as long as hashing takes, a second for one or two gigabytes. */
export function hashFile(path: string): HashedFile {
  const file = openSync(path, 'r');
  try {
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(PIECE);
    let bytes = 0;
    for (;;) {
      const read = readSync(file, piece);
      if (read === 0) return { bytes, sha256: hash.digest('hex') };
      hash.update(piece.subarray(0, read));
      bytes += read;
    }
  } finally {
    closeSync(file);
  }
}

import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { openPromise } from 'yauzl';

/** Unpacks the entries of a wheel that `wanted` names; yauzl refuses names that would leave the folder. */
export async function unpack(
  wheel: string,
  folder: string,
  wanted: (name: string) => boolean,
  signal?: AbortSignal,
): Promise<void> {
  const zip = await openPromise(wheel);
  try {
    for await (const entry of zip.eachEntry()) {
      signal?.throwIfAborted();
      if (entry.fileName.endsWith('/') || !wanted(entry.fileName)) continue;
      const file = join(folder, entry.fileName);
      await mkdir(dirname(file), { recursive: true });
      // Zip keeps the mode in the upper half: ptxas must stay executable.
      const mode = (entry.externalFileAttributes >>> 16) & 0o777;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(file, { mode: mode | 0o600 }));
    }
  } finally {
    if (zip.isOpen) zip.close();
  }
}

/** The wheel's METADATA: headers, one a line. */
export async function readMetadata(wheel: string): Promise<string> {
  const zip = await openPromise(wheel);
  try {
    for await (const entry of zip.eachEntry()) {
      if (/^[^/]+\.dist-info\/METADATA$/.test(entry.fileName))
        return await text(await zip.openReadStreamPromise(entry));
    }
    throw new Error(`${wheel} has no METADATA.`);
  } finally {
    if (zip.isOpen) zip.close();
  }
}

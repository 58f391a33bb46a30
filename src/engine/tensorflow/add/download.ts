import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { UserError } from '../../../core/errors.js';
import { request, type Wheel } from './wheels.js';

/**
 * Fetches a wheel into a folder and checks its sha256 on the way. @param arrived is called with the bytes of each chunk.
 * @returns the file. @throws UserError where the network fails, or the bytes are not those the index promised.
 */
export async function download(
  wheel: Wheel,
  folder: string,
  arrived: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  const file = join(folder, basename(wheel.name));
  const { body } = await request(wheel.url, signal ? { signal } : {});
  const hash = createHash('sha256');
  const watch = new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      arrived(piece.length);
      done(null, piece);
    },
  });
  try {
    await pipeline(Readable.fromWeb(body as ReadableStream), watch, createWriteStream(file));
  } catch (error) {
    // The disk's errors have a code; what is left is the connection.
    if (signal?.aborted || (error as NodeJS.ErrnoException).syscall === 'write') throw error;
    throw new UserError(`The download of ${wheel.name} broke off: ${(error as Error).message}.`, {
      cause: error,
      remedy: 'Run the command again.',
    });
  }
  const digest = hash.digest('hex');
  if (digest !== wheel.sha256) {
    throw new UserError(
      `${wheel.name} is not what the index promised: sha256 ${digest}, not ${wheel.sha256}.`,
      {
        remedy: `It may have been cut short or altered on the way from ${wheel.url}. Run the command again.`,
      },
    );
  }
  return file;
}

/** A thread that decodes and resizes one JPEG after the other: see pool.ts. */
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { type MessagePort, workerData } from 'node:worker_threads';
import { cut, hasHalf } from '../sources/cut.js';
import { decodePlainJpeg } from './jpeg.js';
import { isLarge, makePixels } from '../pixels.js';
import type { DecodeJob, DecodeReport, DecodeRequest } from './messages.js';

const port = workerData as MessagePort;

async function pixelsOf({ file, cuts, size, fitting }: DecodeJob): Promise<DecodeReport['pixels']> {
  try {
    const image = await decodePlainJpeg(readFileSync(file), 'here');
    if (!image || !cuts.every((each) => hasHalf(each, image))) return undefined;
    const parts = cuts.map((each) => cut(image, each));
    if (!parts.every((part) => isLarge(part, size, fitting))) return undefined;
    return await Promise.all(parts.map((part, i) => makePixels(part, cuts[i]!.field, size, fitting)));
  } catch {
    // The caller reads the file again and reports what is wrong.
    return undefined;
  }
}

/**
 * One job per turn of the event loop: the memory of decoded images is freed only between turns, and messages that arrive
 * together would share one.
 */
async function answer({ id, ...job }: DecodeRequest): Promise<void> {
  const pixels = await pixelsOf(job);
  port.postMessage({ id, pixels } satisfies DecodeReport, movable(pixels));
  await setImmediate();
}

let last = Promise.resolve();
port.on('message', (request: DecodeRequest) => {
  last = last.then(() => answer(request));
});

/** A Buffer may share its memory with others: it is copied. */
const movable = (pixels: DecodeReport['pixels'] = []): ArrayBuffer[] =>
  pixels.flatMap(({ data }) => (Buffer.isBuffer(data) ? [] : [data.buffer as ArrayBuffer]));

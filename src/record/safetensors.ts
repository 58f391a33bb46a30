import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { sizeOf } from '../core/shape.js';
import type { LazyArray, NamedArray } from '../core/state.js';
import { Backlog } from './backlog.js';
import { withFile } from './files.js';
import { type Header, HEADER_LIMIT, layOut, parseHeader, SafetensorsError } from './safetensors-header.js';

export { SafetensorsError } from './safetensors-header.js';

export interface Safetensors {
  /** In the order of the file. */
  readonly arrays: readonly NamedArray[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Of the whole file. */
  readonly sha256: string;
}

/** Bytes read and hashed at once. */
const PIECE = 4 << 20;

export interface WriteOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  /** Bounds what is read and not yet written. Default: 128 MB for this file alone. */
  readonly backlog?: Backlog;
}

/**
 * Writes arrays as one safetensors file (https://huggingface.co/docs/safetensors), which the system has when this
 * returns; the disk may take its time. @throws where the file exists.
 */
export async function writeSafetensors(
  path: string,
  arrays: readonly LazyArray[],
  options: WriteOptions = {},
): Promise<void> {
  const { written } = await beginSafetensors(path, arrays, options);
  await written;
}

/**
 * As `writeSafetensors`, and returns when all arrays are read: writing goes on in the background, in Node's file
 * threads, without a turn of the event loop for each array. `written` never counts as unhandled when it fails.
 * All processors that Node runs tfjs on are little-endian, as the format is.
 */
export async function beginSafetensors(
  path: string,
  arrays: readonly LazyArray[],
  { metadata = {}, backlog = new Backlog() }: WriteOptions = {},
): Promise<{ readonly written: Promise<void> }> {
  const header = layOut(arrays, metadata);
  const file = await open(path, 'wx');
  const writes: Promise<void>[] = [];
  let position = 0;
  const write = (part: Uint8Array): void => {
    writes.push(backlog.add(part.length, writeAll(file, part, position)));
    position += part.length;
  };
  // The file must not be closed under a write, whatever else went wrong.
  const closed = async (): Promise<void> => {
    const results = await Promise.allSettled(writes);
    await file.close();
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };
  try {
    write(header);
    for (const array of arrays) {
      await backlog.room(bytesIn(array));
      const data = await array.read();
      checkLength(array, data);
      write(bytesOf(data));
    }
  } catch (error) {
    await closed().catch(() => undefined);
    throw error;
  }
  const written = closed();
  written.catch(() => undefined);
  return { written };
}

function checkLength({ name, shape }: LazyArray, { length }: Float32Array): void {
  if (sizeOf(shape) !== length) {
    throw new Error(`"${name}" has ${length} values for the shape [${shape.join(', ')}].`);
  }
}

/**
 * Reads a safetensors file of 32-bit floats. @param ignore names of arrays that are left out, of whichever type.
 * @throws SafetensorsError saying what is wrong with the file.
 */
export async function readSafetensors(
  path: string,
  ignore?: (name: string) => boolean,
): Promise<Safetensors> {
  return withFile(path, 'r', async (file) => {
    const { size } = await file.stat();
    const hash = createHash('sha256');
    const header = await readHeader(file, path, size, hash, ignore);
    const arrays: NamedArray[] = [];
    let position = header.dataStart;
    for (const { name, shape, bytes, ignored } of header.tensors) {
      if (ignored) {
        await readExactly(file, Buffer.alloc(bytes), position, path, hash);
        position += bytes;
        continue;
      }
      const data = new Float32Array(sizeOf(shape));
      await readExactly(file, bytesOf(data), position, path, hash);
      position += data.byteLength;
      arrays.push({ name, shape, data });
    }
    return { arrays, metadata: header.metadata, sha256: hash.digest('hex') };
  });
}

async function readHeader(
  file: FileHandle,
  path: string,
  size: number,
  hash: Hash,
  ignore?: (name: string) => boolean,
): Promise<Header> {
  if (size < 8) throw new SafetensorsError(path, `it is ${size} bytes long, and a header alone takes more`);
  const prefix = Buffer.alloc(8);
  await readExactly(file, prefix, 0, path, hash);
  const length = Number(prefix.readBigUInt64LE());
  if (length > HEADER_LIMIT || length > size - 8) {
    throw new SafetensorsError(path, `its header claims ${length} bytes, and the file has ${size}`);
  }
  const text = Buffer.alloc(length);
  await readExactly(file, text, 8, path, hash);
  return parseHeader(path, text.toString('utf8'), 8 + length, size, ignore);
}

async function readExactly(
  file: FileHandle,
  into: Uint8Array,
  from: number,
  path: string,
  hash: Hash,
): Promise<void> {
  for (let at = 0; at < into.length;) {
    const { bytesRead } = await file.read(into, at, Math.min(PIECE, into.length - at), from + at);
    if (bytesRead === 0) throw new SafetensorsError(path, 'it ends too early');
    hash.update(into.subarray(at, at + bytesRead));
    at += bytesRead;
  }
}

async function writeAll(file: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < data.length;) {
    at += (await file.write(data, at, data.length - at, position + at)).bytesWritten;
  }
}

const bytesIn = ({ shape }: LazyArray): number => 4 * sizeOf(shape);

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

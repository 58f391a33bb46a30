import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { sizeOf } from '../core/shape.js';
import type { NamedArray } from '../core/state.js';
import { withFile } from './files.js';
import { type Header, HEADER_LIMIT, layOut, parseHeader, SafetensorsError } from './safetensors-header.js';

export { SafetensorsError } from './safetensors-header.js';

export interface WrittenFile {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface Safetensors {
  /** In the order of the file. */
  readonly arrays: readonly NamedArray[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Of the whole file. */
  readonly sha256: string;
}

/** Bytes handed to the disk at once: while it writes one piece, the next is hashed. */
const PIECE = 4 << 20;

/**
 * Writes arrays as one safetensors file (https://huggingface.co/docs/safetensors), hashing on the way and returning
 * when the disk has it. Arrays are written from where they lie, without a copy: they must
 * not change before this returns.
 * All processors that Node runs tfjs on are little-endian, as the format is.
 * @throws where the file exists.
 */
export async function writeSafetensors(
  path: string,
  arrays: readonly NamedArray[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<WrittenFile> {
  const header = layOut(arrays, metadata);
  return withFile(path, 'wx', async (file) => {
    const hash = createHash('sha256');
    let bytes = 0;
    for (const part of [header, ...arrays.map(({ data }) => bytesOf(data))]) {
      for (let at = 0; at < part.length; at += PIECE) {
        const piece = part.subarray(at, at + PIECE);
        const writing = writeAll(file, piece, bytes);
        hash.update(piece);
        await writing;
        bytes += piece.length;
      }
    }
    await file.sync();
    return { bytes, sha256: hash.digest('hex') };
  });
}

/** Reads a safetensors file of 32-bit floats. @throws SafetensorsError saying what is wrong with the file. */
export async function readSafetensors(path: string): Promise<Safetensors> {
  return withFile(path, 'r', async (file) => {
    const { size } = await file.stat();
    const hash = createHash('sha256');
    const header = await readHeader(file, path, size, hash);
    const arrays: NamedArray[] = [];
    let position = header.dataStart;
    for (const { name, shape } of header.tensors) {
      const data = new Float32Array(sizeOf(shape));
      await readExactly(file, bytesOf(data), position, path, hash);
      position += data.byteLength;
      arrays.push({ name, shape, data });
    }
    return { arrays, metadata: header.metadata, sha256: hash.digest('hex') };
  });
}

async function readHeader(file: FileHandle, path: string, size: number, hash: Hash): Promise<Header> {
  if (size < 8) throw new SafetensorsError(path, `it is ${size} bytes long, and a header alone takes more`);
  const prefix = Buffer.alloc(8);
  await readExactly(file, prefix, 0, path, hash);
  const length = Number(prefix.readBigUInt64LE());
  if (length > HEADER_LIMIT || length > size - 8) {
    throw new SafetensorsError(path, `its header claims ${length} bytes, and the file has ${size}`);
  }
  const text = Buffer.alloc(length);
  await readExactly(file, text, 8, path, hash);
  return parseHeader(path, text.toString('utf8'), 8 + length, size);
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

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

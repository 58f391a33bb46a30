import { sizeOf } from '../core/shape.js';
import type { NamedArray } from '../core/state.js';

/** What is wrong with a file, e.g. `G.safetensors is no sound safetensors file: it ends too early.` */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';

  constructor(path: string, what: string) {
    super(`${path} is no sound safetensors file: ${what}.`);
  }
}

export interface Header {
  /** In the order of their data. */
  readonly tensors: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly bytes: number;
    /** Of whichever type: the caller does not want it. */
    readonly ignored: boolean;
  }[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Position in the file of the first tensor's data. */
  readonly dataStart: number;
}

/** Bytes; the limit of the format's reference reader. */
export const HEADER_LIMIT = 100_000_000;
const METADATA = '__metadata__';

/** The length and header of a file that holds these arrays one behind the other, padded so that data are aligned. */
export function layOut(
  arrays: readonly Pick<NamedArray, 'name' | 'shape'>[],
  metadata: Readonly<Record<string, string>>,
): Buffer {
  const names = new Set([METADATA]);
  let end = 0;
  const entries = arrays.map(({ name, shape }) => {
    if (names.has(name)) throw new Error(`Two arrays are named "${name}", or the name is reserved.`);
    names.add(name);
    const start = end;
    end += 4 * sizeOf(shape);
    return [name, { dtype: 'F32', shape, data_offsets: [start, end] }] as const;
  });
  const head = Object.keys(metadata).length > 0 ? [[METADATA, metadata] as const] : [];
  const json = JSON.stringify(Object.fromEntries([...head, ...entries]));
  const text = Buffer.from(json + ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}

interface Placed {
  readonly name: string;
  readonly shape: readonly number[];
  readonly ignored: boolean;
  readonly start: number;
  readonly end: number;
}

/** @throws SafetensorsError where the tensors do not fill the file exactly, one behind the other. */
export function parseHeader(
  path: string,
  text: string,
  dataStart: number,
  size: number,
  ignore: (name: string) => boolean = () => false,
): Header {
  const { [METADATA]: metadata = {}, ...entries } = parseObject(path, text);
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw new SafetensorsError(path, `${METADATA} holds more than texts`);
  }
  const tensors = Object.entries(entries)
    .map(([name, entry]) => placed(path, name, entry, ignore(name)))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let end = 0;
  for (const tensor of tensors) {
    if (tensor.start !== end) {
      const how = tensor.start < end ? 'overlaps the one before it' : 'leaves a gap before it';
      throw new SafetensorsError(path, `"${tensor.name}" ${how}`);
    }
    ({ end } = tensor);
  }
  if (dataStart + end !== size) {
    throw new SafetensorsError(path, `its tensors end at byte ${dataStart + end}, the file at ${size}`);
  }
  return {
    tensors: tensors.map(({ name, shape, ignored, start, end: last }) => ({
      ...{ name, shape, ignored },
      bytes: last - start,
    })),
    metadata: metadata as Record<string, string>,
    dataStart,
  };
}

function parseObject(path: string, text: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new SafetensorsError(path, 'its header is no JSON');
  }
  if (!isRecord(header)) throw new SafetensorsError(path, 'its header is no JSON object');
  return header;
}

function placed(path: string, name: string, entry: unknown, ignored: boolean): Placed {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new SafetensorsError(path, `the entry of "${name}" has no shape and two offsets`);
  }
  const [start = 0, end = 0] = offsets;
  if (ignored && end >= start) return { name, shape, ignored, start, end };
  if (dtype !== 'F32') {
    throw new SafetensorsError(
      path,
      `"${name}" is ${String(dtype)}, and only F32 (32-bit floats) is read here`,
    );
  }
  if (end - start !== 4 * sizeOf(shape)) {
    throw new SafetensorsError(
      path,
      `"${name}" has ${end - start} bytes for the shape [${shape.join(', ')}]`,
    );
  }
  return { name, shape, ignored: false, start, end };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);

import type { DType } from '../dtype.js';
import type { Arena } from './arena.js';
import { arrayOf, type TypedArray } from './storage.js';

/**
 * Reuses buffers by size: a fresh large array costs a page fault for every 4 KB at its first use.
 * Float buffers come out of the arena as long as it has room; others, and all when there is no arena, are plain arrays.
 */
export class BufferPool {
  private readonly free = new Map<string, TypedArray[]>();
  /** Offsets of free arena blocks, by their capacity in bytes. */
  private readonly blocks = new Map<number, number[]>();
  private plainBytes = 0;

  constructor(readonly arena: Arena | null) {}

  /** Bytes handed out or waiting to be. */
  get bytesHeld(): number {
    return this.plainBytes + (this.arena?.bytesUsed ?? 0);
  }

  /** An array with unspecified contents. */
  take(dtype: DType, length: number): TypedArray {
    const reused = this.free.get(dtype + String(length))?.pop();
    if (reused) return reused;
    const block = dtype === 'float32' ? this.takeBlock(length) : null;
    if (block) return block;
    this.plainBytes += length * arrayOf[dtype].BYTES_PER_ELEMENT;
    return new arrayOf[dtype](length);
  }

  /** Takes an array back; nobody may use it any more. */
  give(array: TypedArray): void {
    if (this.arena?.contains(array)) {
      push(this.blocks, capacityOf(array.length * 4), array.byteOffset);
    } else {
      push(this.free, dtypeOf(array) + String(array.length), array);
    }
  }

  private takeBlock(length: number): Float32Array | null {
    if (!this.arena) return null;
    const capacity = capacityOf(length * 4);
    const offset = this.blocks.get(capacity)?.pop() ?? this.arena.cut(capacity);
    return offset === null ? null : new Float32Array(this.arena.memory.buffer, offset, length);
  }
}

/** Rounds up to one of eight sizes per power of two, so that tensors of similar size share blocks. */
function capacityOf(bytes: number): number {
  const step = Math.max(64, 2 ** (Math.floor(Math.log2(Math.max(bytes, 1))) - 3));
  return Math.max(64, Math.ceil(bytes / step) * step);
}

function dtypeOf(array: TypedArray): DType {
  return array instanceof Float32Array ? 'float32' : array instanceof Int32Array ? 'int32' : 'bool';
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

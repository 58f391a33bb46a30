import { WebAssembly, type WasmMemory } from '../../../core/webassembly.js';

/** Buffers start at multiples of this, so that no vector loop downstream starts with a differently rounded tail. */
const ALIGNMENT = 64;
/**
 * Extra bytes after each large buffer: without them buffers of equal size lie at multiples of 4096 from each other,
 * and loops over four of them at once (Adam) contend for the same cache sets.
 */
const STAGGER = 4096 + 256;
/** In order of preference, in 64 KiB pages: just under 4 GB, 2 GB, 512 MB. Untouched pages cost no memory. */
const SIZES = [65535, 32768, 8192];

/**
 * One WebAssembly memory from which float buffers are cut, so that WebAssembly code can update them in place.
 * onnxruntime reads and writes them like any array. It never grows, since growing would detach every view.
 */
export class Arena {
  private top = ALIGNMENT;

  private constructor(readonly memory: WasmMemory) {}

  /** Reserves address space; null where the system refuses or knows no WebAssembly. */
  static reserve(): Arena | null {
    if (!WebAssembly) return null;
    for (const pages of SIZES) {
      try {
        return new Arena(new WebAssembly.Memory({ initial: pages, maximum: pages }));
      } catch {
        continue; // an address space limit: try with less
      }
    }
    return null;
  }

  get bytesUsed(): number {
    return this.top;
  }

  /** A fresh block of at least `bytes`, as its offset; null when the arena is full. */
  cut(bytes: number): number | null {
    const offset = this.top;
    const aligned = Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    const end = offset + aligned + (bytes > 4 * STAGGER ? STAGGER : 0);
    if (end > this.memory.buffer.byteLength) return null;
    this.top = end;
    return offset;
  }

  contains(array: { readonly buffer: ArrayBufferLike }): boolean {
    return array.buffer === this.memory.buffer;
  }
}

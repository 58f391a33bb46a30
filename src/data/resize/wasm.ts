import { WebAssembly, type WasmMemory } from '../../core/webassembly.js';
import { RESAMPLE_WASM } from './resample.generated.js';

const PAGE_BYTES = 2 ** 16;
/** sharp resizes larger pictures: it works in strips. */
const MAX_PAGES = 2 ** 11;

/** The two passes of resample.wat; `from`, `to`, `firsts` and `weights` are byte offsets. */
export interface Passes {
  readonly down: (
    from: number,
    to: number,
    bytes: number,
    stride: number,
    weights: number,
    pairs: number,
  ) => void;
  readonly across: (
    from: number,
    to: number,
    width: number,
    firsts: number,
    weights: number,
    pairs: number,
  ) => void;
  /** Memory of at least so many bytes; undefined where that is more than MAX_PAGES. */
  readonly memoryOf: (bytes: number) => ArrayBuffer | undefined;
}

/** Undefined where WebAssembly or its SIMD instructions are not available. */
export function loadPasses(): Passes | undefined {
  if (!WebAssembly) return undefined;
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });
    const module = new WebAssembly.Module(Buffer.from(RESAMPLE_WASM, 'base64'));
    const { exports } = new WebAssembly.Instance(module, { resample: { memory } });
    return { down: exports['down']!, across: exports['across']!, memoryOf: (bytes) => grow(memory, bytes) };
  } catch {
    return undefined;
  }
}

function grow(memory: WasmMemory, bytes: number): ArrayBuffer | undefined {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  if (pages > MAX_PAGES) return undefined;
  const more = pages - memory.buffer.byteLength / PAGE_BYTES;
  if (more > 0) memory.grow(more);
  return memory.buffer;
}

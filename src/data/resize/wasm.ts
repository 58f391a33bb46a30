import { WebAssembly, type WasmMemory } from '../../core/webassembly.js';
import { RESAMPLE_WASM } from './resample.generated.js';

const PAGE = 2 ** 16;
/** Larger pictures are left to sharp, which works in strips. */
const MAX_PAGES = 2 ** 11;

/** The two passes of resample.wat; all places are byte offsets. */
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
  /** Memory of at least so many bytes; undefined where that is too much. */
  readonly room: (bytes: number) => ArrayBuffer | undefined;
}

/** Undefined where WebAssembly or its SIMD instructions are not available. */
export function loadPasses(): Passes | undefined {
  if (!WebAssembly) return undefined;
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });
    const module = new WebAssembly.Module(Buffer.from(RESAMPLE_WASM, 'base64'));
    const { exports } = new WebAssembly.Instance(module, { resample: { memory } });
    return { down: exports['down']!, across: exports['across']!, room: (bytes) => grown(memory, bytes) };
  } catch {
    return undefined;
  }
}

function grown(memory: WasmMemory, bytes: number): ArrayBuffer | undefined {
  const pages = Math.ceil(bytes / PAGE);
  if (pages > MAX_PAGES) return undefined;
  const more = pages - memory.buffer.byteLength / PAGE;
  if (more > 0) memory.grow(more);
  return memory.buffer;
}

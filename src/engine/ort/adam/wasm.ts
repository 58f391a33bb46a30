import type { Arena } from '../memory/arena.js';
import { WebAssembly } from '../../../core/webassembly.js';
import { ADAM_WASM } from './adam.generated.js';
import type { AdamLoop } from './loop.js';

/** Adam in WebAssembly (adam.wat) over arrays of one arena; null where its SIMD instructions are not available. */
export function wasmLoop(arena: Arena): AdamLoop | null {
  if (!WebAssembly) return null;
  let adam;
  try {
    const module = new WebAssembly.Module(Buffer.from(ADAM_WASM, 'base64'));
    adam = new WebAssembly.Instance(module, { arena: { memory: arena.memory } }).exports['adam']!;
  } catch {
    return null;
  }
  return ({ w, m, v, g }, { beta1, beta2, stepSize, epsilon }) =>
    adam(
      w.byteOffset,
      m.byteOffset,
      v.byteOffset,
      g.byteOffset,
      w.length,
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      stepSize,
      epsilon,
    );
}

import type { AdamLoop } from './loop.js';
import { updateInJavaScript } from './loop.js';
import type { BufferPool } from '../memory/pool.js';
import { reside } from '../memory/reside.js';
import type { Storage } from '../memory/storage.js';
import type { HostUpdate } from '../plan.js';

/**
 * Adam on the host, in place: one pass over memory instead of the graph's ten. In WebAssembly where all arrays are in
 * the pool's arena, else in JavaScript, with the same bits.
 * @param storageOf the leaves that the update names, by their place in the numbering's order.
 */
export function updateOnHost(
  { state, shape, stepSize, epsilon, beta1, beta2 }: HostUpdate,
  gradient: Storage,
  storageOf: (index: number) => Storage,
  { pool, adamLoop }: { readonly pool: BufferPool; readonly adamLoop: AdamLoop | null },
): void {
  const [w, m, v] = state.map((index) => {
    const storage = storageOf(index);
    reside(pool, storage, shape, 'float32', gradient.layout);
    return storage.data as Float32Array;
  });
  const arrays = { w: w!, m: m!, v: v!, g: gradient.data as Float32Array };
  const step = {
    beta1,
    beta2,
    stepSize: storageOf(stepSize).data[0]!,
    epsilon: storageOf(epsilon).data[0]!,
  };
  const { arena } = pool;
  const inArena = arena !== null && Object.values(arrays).every((array) => arena.contains(array));
  if (inArena && adamLoop) adamLoop(arrays, step);
  else updateInJavaScript(arrays, step);
}

import type { AdamLoop } from './loop.js';
import { updateInJavaScript } from './loop.js';
import type { AdamAttrs } from '../lowerings/adam.js';
import type { BufferPool } from '../memory/pool.js';
import { reside } from '../memory/reside.js';
import type { Storage } from '../memory/storage.js';
import type { Node } from '../node.js';
import type { HostUpdate } from '../plan.js';

/**
 * Adam on the host, in place: one pass over memory instead of the graph's ten. In WebAssembly where all arrays are in
 * the pool's arena, else in JavaScript, with the same bits.
 */
export function updateOnHost(
  order: readonly Node[],
  update: HostUpdate,
  gradient: Storage,
  { pool, adamLoop }: { readonly pool: BufferPool; readonly adamLoop: AdamLoop | null },
): void {
  const adam = order[update.adam]! as Node<AdamAttrs>;
  const [w, m, v] = adam.inputs.slice(0, 3).map(({ canonical: { storage, shape, dtype } }) => {
    reside(pool, storage!, shape, dtype, gradient.layout);
    return storage!.data as Float32Array;
  });
  const [stepSize, epsilon] = adam.inputs.slice(4).map(({ canonical }) => canonical.storage!.data[0]!);
  const { beta1, beta2 } = adam.attrs;
  const arrays = { w: w!, m: m!, v: v!, g: gradient.data as Float32Array };
  const step = { beta1, beta2, stepSize: stepSize!, epsilon: epsilon! };
  const { arena } = pool;
  const inArena = arena !== null && Object.values(arrays).every((array) => arena.contains(array));
  if (inArena && adamLoop) adamLoop(arrays, step);
  else updateInJavaScript(arrays, step);
}

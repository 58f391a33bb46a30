import { sizeOf } from '../dtype.js';
import type { OnnxGraph } from '../onnx/graph.js';

/**
 * Reorders the taps of filters of `dims`, whose last axes are the taps, to [rows, taps]: result tap i is source tap `order[i]`. As a product with a
 * permutation matrix, which is exact for finite values and several times faster than Gather along a short last axis.
 */
export function permuteTaps(
  graph: OnnxGraph,
  name: string,
  dims: readonly number[],
  order: readonly number[],
): string {
  const taps = order.length;
  const matrix = graph.floats(`permutation ${order.join()}`, [taps, taps], () => {
    const data = new Float32Array(taps * taps);
    order.forEach((from, to) => (data[from * taps + to] = 1));
    return data;
  });
  return graph.emit('MatMul', [graph.reshape(name, dims, [sizeOf(dims) / taps, taps]), matrix]);
}

/**
 * A 4x4 filter's taps (row 2i + q, column 2j + r) grouped by phase: in the order (q, r, i, j), where a stride-2
 * convolution is four 2x2 ones, one per phase (q, r) of the image.
 */
export function phaseOrder(): number[] {
  const order: number[] = [];
  const halves = [0, 1];
  for (const q of halves)
    for (const r of halves)
      for (const i of halves) for (const j of halves) order.push((2 * i + q) * 4 + 2 * j + r);
  return order;
}

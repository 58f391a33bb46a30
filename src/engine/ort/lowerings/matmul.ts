import { identity } from '../layout.js';
import type { Op } from '../node.js';

/** Matrix products over the last two axes; leading axes broadcast. */
export const matMul: Op<{ transposeA: boolean; transposeB: boolean }> = {
  name: 'BatchMatMul',
  lower(lowering, node) {
    const { transposeA, transposeB } = node.attrs;
    const { graph } = lowering;
    const a = lowering.logical(lowering.value(node.inputs[0]!));
    const b = lowering.logical(lowering.value(node.inputs[1]!));
    if (a.shape.length === 2 && b.shape.length === 2) {
      const attributes = { transA: Number(transposeA), transB: Number(transposeB) };
      return lowering.plain(graph.emit('Gemm', [a.name, b.name], attributes), node);
    }
    const operand = ({ name, dims }: typeof a, transposed: boolean) => {
      const rank = dims.length;
      const order = [...identity(rank - 2), rank - 1, rank - 2];
      return transposed ? lowering.transpose(name, dims, order) : name;
    };
    return lowering.plain(graph.emit('MatMul', [operand(a, transposeA), operand(b, transposeB)]), node);
  },
};

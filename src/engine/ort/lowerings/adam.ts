import type { Lowering } from '../lowering.js';
import type { Node, Op } from '../node.js';
import { ADAM, ADAM_OUTPUT } from '../structure.js';
import type { Value } from '../value.js';

export interface AdamAttrs {
  [key: string]: number;
  readonly beta1: number;
  readonly beta2: number;
}

/**
 * Adam inside the graph, for weights that the same graph goes on to use; otherwise see adam/host.ts.
 * Inputs: w, m, v, gradient, step size, epsilon, the last two scalars. The order of operations is that of every other
 * form of Adam here, so that all agree to the last bit.
 */
export const adam: Op<AdamAttrs> = {
  name: ADAM,
  lower(lowering: Lowering, node: Node<AdamAttrs>): Value {
    const { graph } = lowering;
    const { beta1, beta2 } = node.attrs;
    const gradient = lowering.settled(lowering.expanded(lowering.value(node.inputs[3]!)));
    const [w, m, v] = node.inputs
      .slice(0, 3)
      .map((state) => lowering.inLayout(lowering.value(state, gradient.layout), gradient.layout).name);
    const [stepSize, epsilon] = node.inputs.slice(4).map((scalar) => lowering.value(scalar).name);
    const g = gradient.name;
    const emit = (op: string, ...inputs: string[]) => graph.emit(op, inputs);
    const m1 = emit('Add', emit('Mul', m!, graph.scalar(beta1)), emit('Mul', g, graph.scalar(1 - beta1)));
    const gg = emit('Mul', g, g);
    const v1 = emit('Add', emit('Mul', v!, graph.scalar(beta2)), emit('Mul', gg, graph.scalar(1 - beta2)));
    const change = emit('Div', emit('Mul', m1, stepSize!), emit('Add', emit('Sqrt', v1), epsilon!));
    const results = [emit('Sub', w!, change), m1, v1].map((name): Value => ({ ...gradient, name }));
    lowering.results.set(node, results);
    return results[0]!;
  },
};

/** w', m' or v'. */
export const adamOutput: Op<{ index: number }> = {
  name: ADAM_OUTPUT,
  lower: (lowering, node) => lowering.results.get(node.inputs[0]!.canonical)![node.attrs.index]!,
};

import type { Tensor, Variable } from '@tensorflow/tfjs';
import type { Tf } from '../core/ops.js';

/** A recorded operation, as tfjs-core keeps it (tape.ts of tfjs-core 4.22). */
interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
  readonly gradient?: (dys: (Tensor | null)[]) => Readonly<Record<string, () => Tensor>>;
  readonly saved?: readonly Tensor[];
}

/** The part of tfjs's engine that its own tf.grads stands on; not in its typings, hence named here alone. */
interface TapeEngine {
  startTape(): void;
  endTape(): void;
  readonly state: { activeTape: TapeNode[] | null; gradientDepth: number };
}

export interface Tape {
  /**
   * d y / d x for each x, from what has been recorded so far. The backward pass itself is not recorded.
   * @returns null where y does not depend on an x.
   */
  gradients(y: Tensor, xs: readonly Variable[]): (Tensor | null)[];
  /** As `gradients`, by one tensor, and recorded: what comes of it can be differentiated once more, as penalties are. */
  derivative(y: Tensor, x: Tensor): Tensor | null;
  /** Runs `f` without recording: what it returns counts as constant. */
  pause<T>(f: () => T): T;
}

/**
 * Records everything that `f` computes, so that several losses can be differentiated against one forward pass.
 * tf.grads cannot do that: it would run the generator once for each update that needs its output.
 * Weights may be assigned between two calls of `gradients`: the tape holds the values an operation saw.
 */
export function withTape<T>(tf: Tf, f: (tape: Tape) => T): T {
  const engine = tf.engine() as unknown as TapeEngine;
  const pause = <R>(run: () => R): R => {
    const depth = engine.state.gradientDepth;
    engine.state.gradientDepth = 0;
    try {
      return run();
    } finally {
      engine.state.gradientDepth = depth;
    }
  };
  engine.startTape();
  const nodes = engine.state.activeTape ?? [];
  try {
    return f({
      pause,
      gradients: (y, xs) => pause(() => backward(tf, nodes, y, xs)),
      derivative: (y, x) => backward(tf, nodes, y, [x])[0]!,
    });
  } finally {
    engine.endTape();
    for (const node of nodes) for (const tensor of node.saved ?? []) tensor.dispose();
    engine.state.activeTape = null;
  }
}

/** Reverse-mode differentiation over the recorded operations that lead from the xs to y. */
function backward(tf: Tf, tape: readonly TapeNode[], y: Tensor, xs: readonly Tensor[]): (Tensor | null)[] {
  const fromX = new Set<number>(xs.map((x) => x.id));
  for (const node of tape) {
    if (Object.values(node.inputs).some((input) => fromX.has(input.id))) {
      for (const output of node.outputs) fromX.add(output.id);
    }
  }
  const gradients = new Map<number, Tensor>();
  if (fromX.has(y.id)) gradients.set(y.id, tf.fill(y.shape, 1));
  for (let i = tape.length - 1; i >= 0; i--) {
    const node = tape[i]!;
    if (!node.outputs.some((output) => gradients.has(output.id))) continue;
    const inputs = Object.entries(node.inputs).filter(([, input]) => fromX.has(input.id));
    if (inputs.length === 0) continue;
    if (!node.gradient) throw new Error(`tfjs has no gradient of ${node.kernelName}.`);
    const byInput = node.gradient(node.outputs.map((output) => gradients.get(output.id) ?? null));
    for (const [name, input] of inputs) {
      const gradient = byInput[name];
      if (!gradient) throw new Error(`tfjs has no gradient of ${node.kernelName} by its input ${name}.`);
      const sum = gradients.get(input.id);
      const part = tf.tidy(gradient);
      gradients.set(input.id, sum ? tf.add(sum, part) : part);
    }
  }
  return xs.map((x) => gradients.get(x.id) ?? null);
}

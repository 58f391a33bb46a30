import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../../core/ops.js';
import { type Gradients, unbroadcast, zeros } from './config.js';

/** Kernels whose result is piecewise constant. tfjs refuses to differentiate through them, which a mask needs. */
const COMPARISONS = ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'];
const LOGICAL = ['LogicalAnd', 'LogicalOr'];

/**
 * Kernels whose gradient is computed best from their result. tfjs saves that result, and puts the copy on its tape before the
 * operation itself: a second derivative through it is lost without a word. So it is computed again from the input, which
 * a lazy engine merges with the first time.
 */
const OF_OUTPUT: readonly {
  readonly kernelName: string;
  readonly input: string;
  readonly gradient: (tf: Tf, dy: Tensor, x: Tensor, attrs: NamedAttrMap) => Tensor;
}[] = [
  { kernelName: 'Exp', input: 'x', gradient: (tf, dy, x) => tf.mul(dy, tf.exp(x)) },
  {
    kernelName: 'Sigmoid',
    input: 'x',
    gradient: (tf, dy, x) => {
      const y = tf.sigmoid(x);
      return tf.mul(dy, tf.mul(y, tf.sub(1, y)));
    },
  },
  {
    kernelName: 'Tanh',
    input: 'x',
    gradient: (tf, dy, x) => tf.mul(tf.sub(1, tf.square(tf.tanh(x))), dy),
  },
  {
    kernelName: 'Softmax',
    input: 'logits',
    gradient: (tf, dy, x, { dim }) => {
      const y = tf.softmax(x, dim as number);
      const moved = tf.mul(dy, y);
      return tf.sub(moved, tf.mul(tf.sum(moved, [dim as number], true), y));
    },
  },
  {
    kernelName: 'LogSoftmax',
    input: 'logits',
    gradient: (tf, dy, x, { axis }) => {
      const y = tf.softmax(x, axis as number);
      return tf.sub(dy, tf.mul(tf.sum(dy, [axis as number], true), y));
    },
  },
];

export const elementwiseGradients: Gradients = (tf) => [
  {
    // tfjs selects with Greater and Select; a step is one pass.
    kernelName: 'LeakyRelu',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({
      x: () => tf.mul(dy as Tensor, tf.step(x!, attrs['alpha'] as number)),
    }),
  },
  {
    // tfjs's kernel EluGrad cannot be differentiated again. The slope is 1 above 0 and e^x below.
    kernelName: 'Elu',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => tf.mul(dy as Tensor, tf.exp(tf.minimum(x!, 0))) }),
  },
  ...OF_OUTPUT.map(({ kernelName, input, gradient }): GradConfig => ({
    kernelName,
    inputsToSave: [input],
    gradFunc: (dy, [x], attrs) => ({ [input]: () => gradient(tf, dy as Tensor, x!, attrs) }),
  })),
  ...[...COMPARISONS, ...LOGICAL].map((kernelName): GradConfig => ({
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (_dy, [a, b]) => ({ a: () => zeros(tf, a!), b: () => zeros(tf, b!) }),
  })),
  {
    kernelName: 'LogicalNot',
    inputsToSave: ['x'],
    gradFunc: (_dy, [x]) => ({ x: () => zeros(tf, x!) }),
  },
  chosen(tf, 'Maximum', (a, b) => tf.greaterEqual(a, b)),
  chosen(tf, 'Minimum', (a, b) => tf.lessEqual(a, b)),
  {
    // tfjs forgets to sum over the axes along which an operand was broadcast.
    kernelName: 'SquaredDifference',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => {
      const slope = () => tf.mul(dy as Tensor, tf.mul(tf.sub(a!, b!), 2));
      return {
        a: () => unbroadcast(tf, slope(), a!),
        b: () => unbroadcast(tf, tf.neg(slope()), b!),
      };
    },
  },
];

/** Gradient of a choice between two operands, which may be broadcast: tfjs's is for operands of one shape. */
function chosen(tf: Tf, kernelName: string, isA: (a: Tensor, b: Tensor) => Tensor): GradConfig {
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => {
      const fromA = () => tf.cast(isA(a!, b!), 'float32');
      return {
        a: () => unbroadcast(tf, tf.mul(dy as Tensor, fromA()), a!),
        b: () => unbroadcast(tf, tf.mul(dy as Tensor, tf.sub(1, fromA())), b!),
      };
    },
  };
}

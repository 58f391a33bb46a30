import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../../core/ops.js';
import { type Gradients, unbroadcast, zeros } from './config.js';

/** Kernels whose result is piecewise constant. tfjs refuses to differentiate through them, which a mask needs. */
const COMPARISONS = ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'];
const LOGICAL = ['LogicalAnd', 'LogicalOr'];

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

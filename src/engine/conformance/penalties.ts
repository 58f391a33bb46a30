import type { Scalar, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import type { Shape } from '../../core/shape.js';
import type { Case, Compute, Family } from './case.js';

/** A small critic: image `[n, 8, 6, 3]` and weights to one score per image. */
interface Critic {
  readonly weights: readonly Shape[];
  readonly score: (on: Compute, x: Tensor4D, weights: readonly Tensor[]) => Tensor;
}

const IMAGE: Shape = [2, 8, 6, 3];
const CONVS: readonly Shape[] = [
  [4, 4, 3, 5],
  [3, 3, 5, 4],
];
const pair = (values: readonly Tensor[]) => values as [Tensor1D, Tensor1D];

function twoConvs(
  { tf }: Compute,
  x: Tensor4D,
  [first, second]: readonly Tensor[],
  between: (map: Tensor4D) => Tensor,
): Tensor {
  const map = tf.leakyRelu(tf.conv2d(x, first as Tensor4D, 2, 1), 0.2);
  return tf.leakyRelu(tf.conv2d(between(map) as Tensor4D, second as Tensor4D, 1, 'same'), 0.2);
}

const dense = ({ tf }: Compute, map: Tensor, kernel: Tensor) =>
  tf.matMul(tf.reshape(map, [map.shape[0], -1]), kernel);

const critics: Record<string, Critic> = {
  'conv, leaky relu, dense': {
    weights: [...CONVS, [48, 1]],
    score: (on, x, w) =>
      dense(
        on,
        twoConvs(on, x, w, (map) => map),
        w[2]!,
      ),
  },
  'instance norm': {
    weights: [...CONVS, [48, 1], [5], [5]],
    score: (on, x, w) =>
      dense(
        on,
        twoConvs(on, x, w, (map) => on.ops.normalise(map, [1, 2], 1e-3, ...pair(w.slice(3))).y),
        w[2]!,
      ),
  },
  'layer norm': {
    weights: [...CONVS, [48, 1], [5], [5]],
    score: (on, x, w) =>
      dense(
        on,
        twoConvs(on, x, w, (map) => on.ops.normalise(map, [1, 2, 3], 1e-3, ...pair(w.slice(3))).y),
        w[2]!,
      ),
  },
  'average pooling': {
    weights: [...CONVS, [16, 1]],
    score: (on, x, w) =>
      dense(on, on.tf.avgPool(twoConvs(on, x, w, (map) => map) as Tensor4D, 2, 2, 'same'), w[2]!),
  },
  'max pooling': {
    weights: [...CONVS, [16, 1]],
    score: (on, x, w) =>
      dense(on, on.tf.maxPool(twoConvs(on, x, w, (map) => map) as Tensor4D, 2, 2, 'same'), w[2]!),
  },
  'resizing, mirror padding, tanh': {
    weights: [...CONVS, [4, 1]],
    score: (on, x, w) => {
      const { tf } = on;
      const margins: [number, number][] = [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ];
      const map = twoConvs(on, tf.mirrorPad(x, margins, 'reflect'), w, (each) =>
        tf.image.resizeBilinear(tf.tanh(each), [9, 7]),
      );
      const large = tf.image.resizeNearestNeighbor(map as Tensor4D, [18, 14]);
      return dense(on, tf.mean(tf.sigmoid(large), [1, 2]), w[2]!);
    },
  },
};

/** How the gradient by the image is penalised, summed over all of an image's elements. */
const penalties: Record<string, (on: Compute, squares: Tensor) => Scalar> = {
  // Gulrajani et al. 2017, equation 3.
  'WGAN-GP': ({ tf }, squares) => tf.mean(tf.square(tf.sub(tf.sqrt(tf.add(squares, 1e-12)), 1))),
  // Mescheder et al. 2018, equation 9.
  R1: ({ tf }, squares) => tf.mul(tf.mean(squares), 0.5),
};

/** The penalty of the critic's gradient at the image: a function of the weights that is differentiated once more. */
function penalised(critic: Critic, penalty: (on: Compute, squares: Tensor) => Scalar): Case['run'] {
  return (on, x, ...weights) => {
    const { tf } = on;
    const total = (image: Tensor): Scalar => tf.sum(critic.score(on, image as Tensor4D, weights));
    return penalty(on, tf.sum(tf.square(tf.grad(total)(x)), [1, 2, 3]));
  };
}

const cases: readonly Case[] = Object.entries(critics).flatMap(([name, critic]) =>
  Object.entries(penalties).map(([kind, penalty]): Case => ({
    name: `${kind} through ${name}`,
    inputs: [IMAGE, ...critic.weights],
    run: penalised(critic, penalty),
    tolerance: 2e-5,
  })),
);

/** Gradient penalties of small critics, and their gradients by every weight. */
export const gradientPenalties: Family = { name: 'gradient penalties', cases };

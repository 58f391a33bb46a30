import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ops, Tf } from '../../src/core/ops.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { nativeEngines } from '../support/engines.js';
import { difference, randomArray, randomSource, resultsOn } from './support.js';

let engines: Engine[];
beforeAll(async () => {
  engines = await Promise.all(['cpu', ...(await nativeEngines())].map((name) => openEngine(name)));
});
afterAll(() => engines.forEach((engine) => engine.close()));

const SHAPE: [number, number, number, number] = [2, 3, 4, 5];
const EPSILON = 1e-3;
const kinds = { batch: [0, 1, 2], instance: [1, 2], layer: [1, 2, 3] };

const inputs = (tf: Tf) => {
  const random = randomSource(2);
  return [SHAPE, [5], [5]].map((shape) =>
    tf.tensor(
      randomArray(
        shape.reduce((a, b) => a * b),
        random,
      ),
      shape,
    ),
  );
};

/** The definition, differentiated by tfjs. */
function composed(tf: Tf, x: Tensor, axes: number[], gamma: Tensor, beta: Tensor): Tensor {
  const mean = tf.mean(x, axes, true);
  const centred = tf.sub(x, mean);
  const variance = tf.mean(tf.square(centred), axes, true);
  return tf.add(tf.mul(tf.div(centred, tf.sqrt(tf.add(variance, EPSILON))), gamma), beta);
}

function normalised(ops: Ops, x: Tensor, axes: number[], gamma?: Tensor, beta?: Tensor): Tensor4D {
  return ops.normalise(x as Tensor4D, axes, EPSILON, gamma as Tensor1D, beta as Tensor1D).y;
}

/** A sum with weights that make every gradient different. */
const weighted = (tf: Tf, y: Tensor) =>
  tf.sum(tf.mul(tf.sin(y), tf.tensor(randomArray(y.size, randomSource(4)), y.shape)));

describe.each(Object.entries(kinds))('ops.normalise, %s', (_name, axes) => {
  test('has the value and the gradients of its definition', async () => {
    const expected = await resultsOn(engines[0]!, ({ tf }) => {
      const { value, grads } = tf.valueAndGrads((x: Tensor, gamma: Tensor, beta: Tensor) =>
        weighted(tf, composed(tf, x, axes, gamma, beta)),
      )(inputs(tf));
      return [value, ...grads];
    });
    for (const engine of engines) {
      const actual = await resultsOn(engine, ({ tf, ops }) => {
        const { value, grads } = tf.valueAndGrads((x: Tensor, gamma: Tensor, beta: Tensor) =>
          weighted(tf, normalised(ops, x, axes, gamma, beta)),
        )(inputs(tf));
        return [value, ...grads];
      });
      expect(actual.shapes).toEqual(expected.shapes);
      actual.values.forEach((values, i) =>
        expect(difference(values, expected.values[i]!)).toBeLessThan(1e-5),
      );
    }
  });

  test('can be differentiated twice', async () => {
    // The gradient of a gradient's squared norm, as gradient penalties take it.
    const penalty = (tf: Tf, normalise: (x: Tensor, gamma: Tensor, beta: Tensor) => Tensor) => {
      const [x, gamma, beta] = inputs(tf);
      const norm = (each: Tensor, scale: Tensor) =>
        tf.sum(tf.square(tf.grad((input: Tensor) => weighted(tf, normalise(input, scale, beta!)))(each)));
      return tf.grads(norm)([x!, gamma!]);
    };
    const expected = await resultsOn(engines[0]!, ({ tf }) =>
      penalty(tf, (x, gamma, beta) => composed(tf, x, axes, gamma, beta)),
    );
    for (const engine of engines) {
      const actual = await resultsOn(engine, ({ tf, ops }) =>
        penalty(tf, (x, gamma, beta) => normalised(ops, x, axes, gamma, beta)),
      );
      actual.values.forEach((values, i) =>
        expect(difference(values, expected.values[i]!)).toBeLessThan(2e-5),
      );
    }
  });

  test('needs neither gamma nor beta, and gives the moments', async () => {
    for (const engine of engines) {
      const { values, shapes } = await resultsOn(engine, ({ tf, ops }) => {
        const [x, gamma, beta] = inputs(tf);
        const { y, mean, variance } = ops.normalise(x as Tensor4D, axes, EPSILON);
        const only = [normalised(ops, x!, axes, gamma), normalised(ops, x!, axes, undefined, beta)];
        const moments = tf.moments(x!, axes, true);
        return [
          tf.sub(y, composed(tf, x!, axes, tf.scalar(1), tf.scalar(0))),
          tf.sub(only[0]!, composed(tf, x!, axes, gamma!, tf.scalar(0))),
          tf.sub(only[1]!, composed(tf, x!, axes, tf.scalar(1), beta!)),
          tf.sub(mean, moments.mean),
          tf.sub(variance, moments.variance),
        ];
      });
      expect(shapes[3]).toEqual(SHAPE.map((size, axis) => (axes.includes(axis) ? 1 : size)));
      for (const each of values) expect(Math.max(...Array.from(each, Math.abs))).toBeLessThan(1e-5);
    }
  });

  test('leaves no tensor behind', async () => {
    for (const { tf, ops, name } of engines) {
      await tf.setBackend(name);
      const before = tf.memory().numTensors;
      const [x, gamma, beta] = inputs(tf);
      tf.tidy(() =>
        tf.dispose(
          tf.grads((a: Tensor, b: Tensor) => tf.sum(normalised(ops, a, axes, b, beta)))([x!, gamma!]),
        ),
      );
      const { y, mean, variance } = ops.normalise(x as Tensor4D, axes, EPSILON);
      tf.dispose([x!, gamma!, beta!, y, mean, variance]);
      expect(tf.memory().numTensors).toBe(before);
    }
  });
});

test('no gradient flows through the moments of ops.normalise', async () => {
  for (const engine of engines) {
    const { values } = await resultsOn(engine, ({ tf, ops }) => {
      const [x] = inputs(tf);
      return tf.grad((input: Tensor) => {
        const { y, mean } = ops.normalise(input as Tensor4D, [0, 1, 2], EPSILON);
        return tf.add(tf.mul(tf.sum(y), 0), tf.sum(mean));
      })(x!);
    });
    expect(Math.max(...Array.from(values[0]!, Math.abs))).toBe(0);
  }
});

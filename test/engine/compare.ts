import type { Tensor } from '@tensorflow/tfjs';
import { expect } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import type { Case } from './cases.js';
import { difference, randomArray, randomSource, type Results, resultsOn } from './support.js';

/** A case's value and gradients on an engine. */
export function evaluateOn(engine: Engine, each: Case): Promise<Results> {
  return resultsOn(engine, (on) => evaluate(on, each));
}

/** Asserts that an engine gives the expected value, and the expected gradient of every input. */
export async function expectOn(engine: Engine, each: Case, expected: Results): Promise<void> {
  const actual = await evaluateOn(engine, each);
  expect(actual.shapes).toEqual(expected.shapes);
  expect(actual.dtypes).toEqual(expected.dtypes);
  const { tolerance = 2e-6, name } = each;
  actual.values.forEach((values, i) => {
    const what = i === 0 ? 'value' : `gradient of input ${i - 1}`;
    expect(difference(values, expected.values[i]!), `${name}: ${what}`).toBeLessThan(tolerance);
  });
}

/** The value, and the gradients of its sum weighted by fixed random numbers. */
function evaluate({ tf }: Engine, { inputs, run, differentiable = true }: Case): Tensor[] {
  const random = randomSource(7);
  const tensors = inputs.map((shape) => tf.tensor(randomArray(size(shape), random), [...shape]));
  if (!differentiable) return [run(tf, ...tensors)];
  const weighted = (...args: Tensor[]) => {
    const value = run(tf, ...args);
    const weights = tf.tensor(randomArray(value.size, randomSource(11)), value.shape);
    return tf.sum(tf.mul(value, weights));
  };
  return [run(tf, ...tensors), ...tf.grads(weighted)(tensors)];
}

const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

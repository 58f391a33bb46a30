import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sizeOf } from '../../src/core/shape.js';
import { conform, families } from '../../src/engine/conformance/index.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { nativeEngines } from '../support/engines.js';
import { difference, randomArray, randomSource } from './support.js';

// 1 - beta2 is the same in float32, in which TensorFlow takes it.
const STEP = { beta1: 0.5, beta2: 1 - 2 ** -10, stepSize: 2e-3, epsilon: 1e-7 };
const here = (await nativeEngines()).includes('tensorflow');

describe.skipIf(!here)('tensorflow', () => {
  let engines: { tensorflow: Engine; cpu: Engine };
  beforeAll(async () => {
    engines = { cpu: await openEngine('cpu'), tensorflow: await openEngine('tensorflow', { threads: 1 }) };
  });
  afterAll(() => engines.tensorflow.close());

  describe.each(families)('$name', ({ name, cases }) => {
    // The largest are there for lowerings that ort chooses by size, and take cpu seconds each.
    const small = cases.filter(({ inputs }) => inputs.every((shape) => sizeOf(shape) < 50_000));
    test.each(small)('$name', async (each) => {
      for await (const { failure } of conform(engines.tensorflow, engines.cpu, [{ name, cases: [each] }]))
        expect(failure).toBeUndefined();
    });
  });

  test('says which build computes', () => {
    const { version, features } = engines.tensorflow.describe();
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(features['build']).toBeTypeOf('string');
  });

  /** Weights and moments after updates; `hold` keeps what may share memory with them, and gives it back. */
  async function updated(engine: Engine, hold: boolean) {
    const { tf, ops, name } = engine;
    await tf.setBackend(name);
    const random = randomSource(3);
    const state = tf.tidy(() =>
      [1, 0, 0].map((scale) => tf.variable(tf.tensor(randomArray(100, random, scale)))),
    );
    const [w, m, v] = state;
    const held = [];
    const seen: Float32Array[] = [];
    for (let i = 0; i < 3; i++) {
      if (hold) {
        held.push(w!.clone(), m!.clone());
        seen.push(w!.dataSync() as Float32Array, m!.dataSync() as Float32Array);
      }
      const g = tf.tensor(randomArray(100, random));
      ops.adam(w!, m!, v!, g, STEP);
      g.dispose();
    }
    const values = state.map((variable) => variable.dataSync() as Float32Array);
    const kept = held.map((tensor) => tensor.dataSync() as Float32Array);
    tf.dispose([state, held]);
    return { values, seen, kept };
  }

  test('updates weights in place, and leaves alone what a tape still holds', async () => {
    const expected = await updated(engines.cpu, false);
    for (const hold of [false, true]) {
      const { values, seen, kept } = await updated(engines.tensorflow, hold);
      expect(kept).toEqual(seen);
      values.forEach((array, i) => expect(difference(array, expected.values[i]!)).toBeLessThan(2e-6));
    }
  });

  test('leaves arrays of the caller alone', async () => {
    const { tf, ops } = engines.tensorflow;
    await tf.setBackend('tensorflow');
    const [ones, zeros] = [new Float32Array(4096).fill(1), new Float32Array(4096)];
    const [w, m, v] = tf.tidy(() => [ones, zeros, zeros].map((array) => tf.variable(tf.tensor(array))));
    const g = tf.ones([4096]);
    for (let i = 0; i < 2; i++) ops.adam(w!, m!, v!, g, STEP);
    expect([ones[0], zeros[0]]).toEqual([1, 0]);
    expect(m!.dataSync()[0]).toBeCloseTo(0.75, 6);
    expect(v!.dataSync()[0]).toBeCloseTo(2 * 2 ** -10, 5);
    tf.dispose([w!, m!, v!, g]);
  });

  test('two variables that began as one tensor part ways', async () => {
    const { tf, ops } = engines.tensorflow;
    await tf.setBackend('tensorflow');
    const zeros = tf.zeros([3]);
    const [w, m, v] = [zeros, zeros, zeros].map((tensor) => tf.variable(tensor));
    const g = tf.tensor1d([1, 2, 3]);
    ops.adam(w!, m!, v!, g, STEP);
    ops.adam(w!, m!, v!, g, STEP);
    expect([...m!.dataSync()].map((x) => x.toFixed(4))).toEqual(['0.7500', '1.5000', '2.2500']);
    expect(zeros.dataSync()).toEqual(new Float32Array(3));
    tf.dispose([zeros, w!, m!, v!, g]);
  });

  test('nothing is left behind', () => {
    expect(engines.tensorflow.tf.memory().numTensors).toBe(0);
  });
});

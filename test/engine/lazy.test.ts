import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Engine, listEngines, openEngine } from '../../src/engine/index.js';
import { difference, randomArray, randomSource } from './support.js';

let cpu: Engine;
let ort: Engine;
beforeAll(async () => {
  cpu = await openEngine('cpu');
  ort = await openEngine('ort');
});
beforeEach(() => cpu.tf.setBackend('ort'));
afterAll(() => ort.close());

describe('recording', () => {
  test('computes nothing until a value is read', () => {
    const { tf } = ort;
    const before = ort.stats().flushes;
    const y = tf.tidy(() => tf.square(tf.tensor1d([1, 2, 3])));
    expect(ort.stats().flushes).toBe(before);
    expect([...y.dataSync()]).toEqual([1, 4, 9]);
    expect(ort.stats().flushes).toBe(before + 1);
    y.dispose();
  });

  test('computes all that is pending at once, and never what was disposed', () => {
    const { tf } = ort;
    const x = tf.tensor1d([1, 2, 3]);
    const wasted = tf.tidy(() => tf.exp(tf.exp(tf.exp(x))));
    const [a, b] = [tf.square(x), tf.neg(x)];
    wasted.dispose();
    const before = ort.stats().flushes;
    a.dataSync();
    expect(ort.stats().nodes).toBe(3); // x and the two results
    expect([...b.dataSync()]).toEqual([-1, -2, -3]);
    expect(ort.stats().flushes).toBe(before + 1);
    tf.dispose([x, a, b]);
  });

  test('merges common subexpressions', () => {
    const { tf } = ort;
    const x = tf.tensor1d([1, 2, 3]);
    const network = () => tf.tanh(tf.mul(x, tf.scalar(2)));
    const sum = tf.tidy(() => tf.add(network(), network()));
    sum.dataSync();
    expect(ort.stats().nodes).toBe(5); // x, 2, product, tanh, sum
    tf.dispose([x, sum]);
  });

  test('flushes when told to', () => {
    const { tf } = ort;
    const before = ort.stats().flushes;
    const y = tf.tidy(() => tf.square(tf.tensor1d([4])));
    ort.flush();
    ort.flush();
    expect(ort.stats().flushes).toBe(before + 1);
    y.dispose();
  });

  test('a graph is compiled once, whatever its scalars', () => {
    const { tf } = ort;
    const x = tf.tensor1d([1, 2, 3]);
    const scaled = (factor: number) => tf.tidy(() => [...tf.mul(x, tf.scalar(factor)).dataSync()]);
    expect(scaled(2)).toEqual([2, 4, 6]);
    const before = ort.stats().compiles;
    expect(scaled(-0.5)).toEqual([-0.5, -1, -1.5]);
    expect(scaled(0)).toEqual([0, 0, 0]);
    expect(scaled(-0)).toEqual([-0, -0, -0]);
    expect(ort.stats().compiles).toBe(before);
    x.dispose();
  });

  test('a loop that reads nothing is computed step by step', () => {
    const { tf } = ort;
    const w = tf.variable(tf.tensor1d([1, 2]));
    const flushes = ort.stats().flushes;
    for (let i = 0; i < 4; i++) {
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => tf.sum(tf.square(w)), [w]);
        w.assign(tf.sub(w, tf.mul(grads[w.name]!, 0.25)));
      });
    }
    expect(ort.stats().flushes).toBe(flushes + 3); // each step but the last, which is still pending
    expect([...w.dataSync()]).toEqual([1 / 16, 2 / 16]);
    w.dispose();
  });
});

describe('one tape over two updates', () => {
  /** D is updated and then used to update G, under one outer tape, as a trainer does. */
  function play(engine: Engine, readBetween: boolean): number[][] {
    const { tf } = engine;
    const random = randomSource(8);
    const [d, g] = [1, 2].map(() => tf.variable(tf.tensor2d(randomArray(16, random), [4, 4])));
    const x = tf.tensor2d(randomArray(12, random), [3, 4]);
    const read: number[][] = [];
    const losses: Tensor[] = [];
    const state = tf.engine();
    state.startScope('step');
    const tape = state as unknown as { startTape(): void; endTape(): void }; // private in tfjs's types
    tape.startTape();
    const fake = tf.tanh(tf.matMul(x, g!));
    for (const variable of [d!, g!]) {
      const loss = tf.mean(tf.square(tf.matMul(fake, d!)));
      const { grads } = state.gradients(() => loss, [variable]);
      variable.assign(tf.sub(variable, tf.mul(grads[0]!, 0.1)));
      losses.push(tf.keep(loss));
      if (readBetween) read.push([...loss.dataSync()]);
    }
    tape.endTape();
    state.endScope();
    const values = [...losses, d!, g!].map((tensor) => [...tensor.dataSync()]);
    tf.dispose([...losses, d!, g!, x]);
    return [...read, ...values];
  }

  test.each([false, true])('gives what cpu gives; losses read in between: %o', async (readBetween) => {
    await cpu.tf.setBackend('cpu');
    const expected = play(cpu, readBetween);
    await ort.tf.setBackend('ort');
    const before = ort.stats().flushes;
    const actual = play(ort, readBetween);
    actual.forEach((values, i) => expect(difference(values, expected[i]!)).toBeLessThan(1e-5));
    expect(ort.stats().flushes - before).toBe(readBetween ? 2 : 1);
  });
});

describe('memory', () => {
  test('what is read is a copy', () => {
    const x = ort.tf.tensor1d([1, 2, 3]);
    x.dataSync()[0] = 99;
    expect([...x.dataSync()]).toEqual([1, 2, 3]);
    const y = ort.tf.square(x);
    y.dataSync()[0] = 99;
    expect([...y.dataSync()]).toEqual([1, 4, 9]);
    ort.tf.dispose([x, y]);
  });

  test("the user's arrays are never written to", () => {
    const { tf } = ort;
    const random = randomSource(1);
    const initial = randomArray(5000, random);
    const before = initial.slice();
    const state = [initial, new Float32Array(5000), new Float32Array(5000)].map((values) => {
      const tensor = tf.tensor1d(values);
      const variable = tf.variable(tensor);
      tensor.dispose();
      return variable;
    });
    for (let i = 0; i < 3; i++) {
      const g = tf.tidy(() => tf.neg(tf.tensor1d(randomArray(5000, random))));
      ort.ops.adam(state[0]!, state[1]!, state[2]!, g, {
        beta1: 0.5,
        beta2: 0.9,
        stepSize: 0.1,
        epsilon: 1e-7,
      });
      g.dispose();
      ort.flush();
    }
    expect(initial).toEqual(before);
    expect(state[0]!.dataSync()).not.toEqual(before);
    tf.dispose(state);
  });

  test('a variable can be assigned at any time', () => {
    const { tf } = ort;
    const v = tf.variable(tf.tensor1d([1, 2]));
    const doubled = tf.mul(v, 2); // pending, of the old value
    const next = tf.tensor1d([10, 20]);
    v.assign(next);
    next.dispose();
    expect([...doubled.dataSync()]).toEqual([2, 4]);
    expect([...tf.tidy(() => tf.mul(v, 2)).dataSync()]).toEqual([20, 40]);
    tf.dispose([v, doubled]);
  });

  test('buffers are reused', () => {
    const { tf } = ort;
    const x = tf.tensor1d(randomArray(100_000, randomSource(1)));
    const run = () => tf.tidy(() => tf.sum(tf.square(tf.neg(x))).dataSync());
    run();
    const square = () => {
      const y = tf.square(x);
      y.dataSync();
      y.dispose();
    };
    square();
    const before = ort.stats().bytesHeld;
    for (let i = 0; i < 10; i++) square();
    expect(ort.stats().bytesHeld).toBe(before);
    x.dispose();
  });

  test('a tensor of no elements', () => {
    const { tf } = ort;
    const empty = tf.tidy(() => tf.square(tf.zeros([0, 3])));
    expect(empty.dataSync()).toHaveLength(0);
    empty.dispose();
  });
});

describe('two engines in one process', () => {
  test('a tensor goes along when the backend changes', async () => {
    const { tf } = cpu;
    const a = tf.square(tf.tensor2d([1, 2, 3, 4], [2, 2])); // pending on ort
    await tf.setBackend('cpu');
    const b = tf.neg(a);
    expect([...b.dataSync()]).toEqual([-1, -4, -9, -16]);
    await tf.setBackend('ort');
    const c = tf.add(b, a);
    expect([...c.dataSync()]).toEqual([0, 0, 0, 0]);
    tf.dispose([a, b, c]);
  });
});

describe('errors', () => {
  test('an engine that does not exist', async () => {
    const error: unknown = await openEngine('cuda').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: 'There is no engine "cuda".' });
    expect((error as { remedy: string }).remedy).toMatch(/ort: .*\n.*tensorflow: .*\n.*webgpu: .*\n.*cpu: /);
  });

  test('threads that make no sense', async () => {
    await expect(openEngine('ort', { threads: 0 })).rejects.toThrow('threads must be a whole number above 0');
  });

  test('an engine that is open', async () => {
    await expect(openEngine('ort')).rejects.toThrow('open already');
  });

  test('a kernel that is missing, by name', () => {
    const { tf } = ort;
    const x = tf.tensor4d([1, 2, 3, 4], [1, 1, 1, 4]);
    expect(() => tf.localResponseNormalization(x)).toThrow("Engine 'ort' does not implement tfjs's LRN");
    x.dispose();
  });

  test('a dtype that is missing', () => {
    expect(() => ort.tf.tensor1d(['a'])).toThrow("Engine 'ort' has no string tensors");
  });
});

test('every engine is listed, with what to do where it cannot run', async () => {
  const engines = await listEngines();
  expect(engines.map(({ name }) => name)).toEqual(['ort', 'tensorflow', 'webgpu', 'cpu']);
  for (const engine of engines) expect(engine.available || engine.remedy).toBeTruthy();
});

import type { Rank, Tensor, Tensor4D, Variable } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, listEngines, openEngine } from '../../src/engine/index.js';

const { available } = (await listEngines()).find(({ name }) => name === 'webgpu')!;

// test/engine/webgpu.test.ts fails where CI lacks it.
describe.skipIf(!available)('webgpu', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('webgpu');
  });
  afterAll(() => engine.close());

  const values = async (tensor: Tensor) => [...(await tensor.data())];
  const allocated = () =>
    (engine.tf.memory() as unknown as Record<string, number>)['numBytesAllocatedInGPU']!;

  describe('what the host uploads', () => {
    test('does not reach operations before it, in memory that these have used', async () => {
      const { tf } = engine;
      const sums = [1, 2, 3, 4].map((value) =>
        tf.tidy(() => tf.add(tf.tensor(new Float32Array(2048).fill(value)), tf.ones([2048]))),
      );
      for (const [i, sum] of sums.entries()) expect(new Set(await values(sum))).toEqual(new Set([i + 2]));
      tf.dispose(sums);
    });

    test('may be of any kind, in part of a buffer, and shared with other threads', async () => {
      const { tf } = engine;
      const shared = new Float32Array(new SharedArrayBuffer(4 * 2000));
      shared.set([1, 2, 3], 1000);
      const whole = Float32Array.from({ length: 3000 }, (_, i) => i);
      const results = tf.tidy(() => [
        tf.add(tf.tensor(shared.subarray(1000)), tf.zeros([1000])),
        tf.add(tf.tensor(whole.subarray(1000, 2500)), tf.zeros([1500])),
        tf.add(tf.tensor(new Int32Array(1500).fill(7), [1500], 'int32'), tf.zeros([1500], 'int32')),
        tf.where(tf.tensor(new Uint8Array(1500).fill(1), [1500], 'bool'), tf.ones([1500]), tf.zeros([1500])),
      ]);
      expect((await values(results[0]!)).slice(0, 4)).toEqual([1, 2, 3, 0]);
      expect((await values(results[1]!)).slice(0, 3)).toEqual([1000, 1001, 1002]);
      expect((await values(results[2]!)).slice(0, 2)).toEqual([7, 7]);
      expect((await values(results[3]!)).slice(0, 2)).toEqual([1, 1]);
      tf.dispose(results);
    });
  });

  test('memory does not grow from one step to the next', async () => {
    const { tf } = engine;
    const [w, m, v] = tf.tidy(() => [1, 0, 0].map((value) => tf.variable(tf.fill([64, 64], value)))) as [
      Variable,
      Variable,
      Variable,
    ];
    const step = async (number: number) => {
      const loss = tf.tidy(() => {
        const x = tf.fill([64, 64], number);
        const { value, grads } = tf.variableGrads(
          () => tf.mean(tf.square(tf.sub(tf.matMul(x, w), number))),
          [w],
        );
        const numbers = { beta1: 0.5, beta2: 0.999, stepSize: number / 1000, epsilon: 1e-8 };
        engine.ops.adam(w, m, v, grads[w.name]!, numbers);
        return value;
      });
      await loss.data();
      loss.dispose();
    };
    for (let i = 1; i <= 3; i++) await step(i);
    const before = allocated();
    for (let i = 4; i <= 40; i++) await step(i);
    // Numbers are kept, a few bytes each, up to a limit.
    expect(allocated()).toBeLessThan(before + w.size * 4);
    tf.dispose([w, m, v]);
  });

  test('numbers that differ from one operation to the next are each its own, and not kept without limit', async () => {
    const { tf } = engine;
    const count = 4500;
    const sums = tf.tidy(() => Array.from({ length: 9 }, () => tf.variable(tf.zeros([4]))));
    const run = () =>
      tf.tidy(() => {
        for (let i = 0; i < count; i++) sums[i % 9]!.assign(tf.add(sums[i % 9]!, tf.fill([4], i)));
      });
    run();
    const before = allocated();
    run();
    expect(allocated()).toBe(before);
    for (const [k, sum] of sums.entries()) {
      let expected = 0;
      for (let i = k; i < count; i += 9) expected += 2 * i;
      expect((await values(sum))[0]).toBe(expected);
    }
    tf.dispose(sums);
  });

  describe('convolutions', () => {
    const twice = async (run: () => Promise<void>) => {
      await run();
      // A second engine finds the first one's kernels where tfjs's stood.
      engine.close();
      engine = await openEngine('webgpu');
      await run();
    };

    test("of a layout of their own are tfjs's, in an engine that is opened again too", () =>
      twice(async () => {
        const { tf } = engine;
        const [first, last] = tf.tidy(() => {
          const image = tf.reshape<Rank.R4>(tf.range(0, 2 * 6 * 5 * 3), [2, 6, 5, 3]);
          const filter = tf.reshape<Rank.R4>(tf.range(0, 3 * 3 * 3 * 4), [3, 3, 3, 4]);
          const turned = tf.transpose(image, [0, 3, 1, 2]);
          return [
            tf.transpose(tf.conv2d(turned, filter, 2, 'same', 'NCHW'), [0, 2, 3, 1]),
            tf.conv2d(image, filter, 2, 'same', 'NHWC'),
          ] as const;
        });
        expect(first.shape).toEqual(last.shape);
        expect(await values(first)).toEqual(await values(last));
        tf.dispose([first, last]);
      }));

    // Large tiles and small ones; sums in parts and whole ones.
    test.each([
      [1, 8, 64, 64],
      [4, 16, 16, 64],
      [1, 1, 512, 256],
      [1, 64, 4, 3],
      [2, 130, 3, 1],
    ])('of %i images of %i px count every product once, %i to %i channels', async (n, px, from, to) => {
      const { tf } = engine;
      const [value, dx, dw] = tf.tidy(() => {
        const image = tf.ones<Rank.R4>([n, px, px, from]);
        const filter = tf.ones<Rank.R4>([1, 1, from, to]);
        const dy = tf.ones([n, px, px, to]);
        const [dImage, dFilter] = tf.grads((x, w) => tf.conv2d(x as Tensor4D, w as Tensor4D, 1, 'valid'))(
          [image, filter],
          dy,
        );
        return [tf.conv2d(image, filter, 1, 'valid'), dImage!, dFilter!] as const;
      });
      expect(new Set(await values(value))).toEqual(new Set([from]));
      expect(new Set(await values(dx))).toEqual(new Set([to]));
      expect(new Set(await values(dw))).toEqual(new Set([n * px * px]));
      tf.dispose([value, dx, dw]);
    });
  });

  test('log1p is as close as float32 where 1 + x is rounded, and where its formula changes', async () => {
    const { tf } = engine;
    const given = [0, 1e-30, 1e-7, -1e-7, 3e-5, 0.01, 0.2499, 0.25, -0.2499, -0.25, -0.9, 1, 1e6];
    const x = tf.tensor1d(given);
    const y = tf.log1p(x);
    for (const [i, value] of (await values(y)).entries())
      expect(Math.abs(value - Math.log1p(given[i]!))).toBeLessThanOrEqual(
        3e-6 * Math.abs(Math.log1p(given[i]!)),
      );
    tf.dispose([x, y]);
  });

  describe('adam', () => {
    const ADAM = { beta1: 0.5, beta2: 0.75, stepSize: 1, epsilon: 0 };
    // m = 1, v = 1: w moves by 1.
    const setting = () => {
      const { tf } = engine;
      const [w, m, v] = tf.tidy(() => [
        tf.variable(tf.ones([3])),
        tf.variable(tf.zeros([3])),
        tf.variable(tf.zeros([3])),
      ]);
      return { w, m, v, g: tf.tensor1d([2, 2, 2]) };
    };
    const dispose = (...tensors: (Tensor | Variable)[]) => {
      engine.tf.dispose(tensors);
    };

    test('writes in place, where only the variables hold their values', async () => {
      const { w, m, v, g } = setting();
      const places = [w, m, v].map(({ dataId }) => dataId);
      engine.ops.adam(w, m, v, g, ADAM);
      expect(await values(w)).toEqual([0, 0, 0]);
      expect(await values(m)).toEqual([1, 1, 1]);
      expect(await values(v)).toEqual([1, 1, 1]);
      expect([w, m, v].map(({ dataId }) => dataId)).toEqual(places);
      dispose(w, m, v, g);
    });

    test('leaves values alone that others hold, too', async () => {
      const { w, m, v, g } = setting();
      const held = [w, m, v].map((each) => each.clone());
      engine.ops.adam(w, m, v, g, ADAM);
      expect(await Promise.all(held.map(values))).toEqual([
        [1, 1, 1],
        [0, 0, 0],
        [0, 0, 0],
      ]);
      expect(await values(w)).toEqual([0, 0, 0]);
      expect(await values(m)).toEqual([1, 1, 1]);
      dispose(w, m, v, g, ...held);
    });

    test('is seen by who reads afterwards, and by nobody who asked before', async () => {
      const { w, m, v, g } = setting();
      engine.ops.adam(w, m, v, g, ADAM);
      const before = values(w);
      engine.ops.adam(w, m, v, g, { ...ADAM, stepSize: 0 });
      engine.ops.adam(w, m, v, g, { ...ADAM, stepSize: -8 });
      expect(await before).toEqual([0, 0, 0]);
      expect((await values(w))[0]).toBeGreaterThan(7);
      dispose(w, m, v, g);
    });
  });
});

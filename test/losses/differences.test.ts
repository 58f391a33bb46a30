import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { sizeOf } from '../../src/core/shape.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { losses } from '../../src/losses/index.js';
import { paramsOf } from '../support/params.js';
import { lossOf } from './support.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu');
});
afterAll(() => engine.close());

type Written = Readonly<Record<string, unknown>>;

const compare = (type: string, of: Tensor, to: Tensor, params: Written = {}): Tensor => {
  const definition = lossOf(type, 'difference');
  return definition.build(paramsOf(definition, params), { tf: engine.tf, scores: 'logits' })(of, to);
};
const evaluate = (type: string, values: Readonly<Record<string, Tensor>>): Tensor => {
  const definition = lossOf(type, 'values');
  return definition.build(paramsOf(definition, {}), { tf: engine.tf, scores: 'logits' })(values);
};
const meanOf = (x: Tensor): number => engine.tf.mean(x).dataSync()[0]!;
const random = (shape: readonly number[], seed: string): Tensor =>
  engine.tf.tensor(new Random(seed).fillNormal(new Float32Array(sizeOf(shape))), [...shape]);

const HUNDREDTHS = 2;
const LOG_SUM = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3));
const RAMP = [0, 1, 2, 3, 4, 5];

test.each<[string, Written, number[], number[], number[], { shape: number[]; values: number[] }]>([
  ['l1', {}, [1, 2], [1, -1], [0.5, 1], { shape: [1, 2], values: [0.5, 2] }],
  ['l2', {}, [1, 2], [1, -1], [0.5, 1], { shape: [1, 2], values: [0.25, 4] }],
  // Epsilon where the two are equal, the distance itself far from there.
  ['charbonnier', {}, [2], [2, 4], [2, 1], { shape: [2], values: [0.001, 3] }],
  ['charbonnier', { epsilon: 0.4 }, [2], [2, 0.3], [2, 0], { shape: [2], values: [0.4, 0.5] }],
  // -log softmax of the label: the last axis stays, so that a mask can be laid on it.
  ['cross-entropy', {}, [1, 3], [1, 2, 3], [0, 1, 0], { shape: [1, 1], values: [LOG_SUM - 2] }],
  ['cross-entropy', {}, [1, 3], [1000, 0, -9], [0, 1, 0], { shape: [1, 1], values: [1000] }],
  [
    'cross-entropy',
    {},
    [1, 1, 2, 3],
    [1, 2, 3, 3, 2, 1],
    [1, 0, 0, 1, 0, 0],
    { shape: [1, 1, 2, 1], values: [LOG_SUM - 1, LOG_SUM - 3] },
  ],
  // A share of 0.3 of the label is spread: 0.1 on each class, and 0.7 more on the first.
  [
    'cross-entropy',
    { label_smoothing: 0.3 },
    [1, 3],
    [1, 2, 3],
    [1, 0, 0],
    { shape: [1, 1], values: [LOG_SUM - (0.8 * 1 + 0.1 * 2 + 0.1 * 3)] },
  ],
  // Steps downwards and to the right, wherever they go: brightness and direction do not count.
  ['gradient-difference', {}, [1, 2, 3, 1], RAMP, [9, 8, 7, 6, 5, 4], { shape: [], values: [0] }],
  // Downwards 1, 3 and 1 against 3 each, to the right 2, 2, 0 and 0 against 1 each.
  ['gradient-difference', {}, [1, 2, 3, 1], RAMP, [0, -2, 0, 1, 1, 1], { shape: [], values: [4 / 3 + 1] }],
  [
    'gradient-difference',
    { alpha: 2 },
    [1, 2, 3, 1],
    RAMP,
    [0, -2, 0, 1, 1, 1],
    { shape: [], values: [8 / 3 + 1] },
  ],
])('%s with %j of %j: %j to %j', (type, params, shape, of, to, wanted) => {
  const { tf } = engine;
  const got = compare(type, tf.tensor(of, shape), tf.tensor(to, shape), params);
  expect(got.shape).toEqual(wanted.shape);
  got.dataSync().forEach((value, i) => expect(value).toBeCloseTo(wanted.values[i]!, 5));
});

test('kl is the mean of (mean^2 + variance - log variance - 1) / 2, 0 of the standard normal distribution', () => {
  const { tf } = engine;
  const [mean, log_variance] = [tf.tensor([[1, -2, 0]]), tf.tensor([[0, 1, 0]])];
  expect([...evaluate('kl', { mean, log_variance }).dataSync()]).toEqual([
    0.5,
    Math.fround((4 + Math.E - 2) / 2),
    0,
  ]);
});

test('total-variation adds the mean steps downwards and to the right, over all images and channels', () => {
  const { tf } = engine;
  // Downwards 3, 6, -3 and 0, to the right 1, 4, -3 and 0.
  const values = [0, 1, 3, 7, 5, 2, 2, 2];
  expect(meanOf(evaluate('total-variation', { of: tf.tensor(values, [2, 2, 2, 1]) }))).toBe(3 + 2);
  const ramp = tf.tensor(
    RAMP.flatMap((x) => [x, 0]),
    [1, 2, 3, 2],
  );
  expect(meanOf(evaluate('total-variation', { of: ramp }))).toBe((3 + 1) / 2);
});

describe('patch-nce', () => {
  test('tells one’s own place by directions, not by lengths, at a temperature', () => {
    const { tf } = engine;
    // Two places: the first points along its source, the second half way between the two.
    const of = tf.tensor([3, 0, 1, 1], [1, 1, 2, 2]);
    const to = tf.tensor([2, 0, 0, 5], [1, 1, 2, 2]);
    const values = compare('patch-nce', of, to, { temperature: 0.5 }).dataSync();
    expect(values[0]).toBeCloseTo(Math.log(1 + Math.exp(-2)), 5);
    expect(values[1]).toBeCloseTo(Math.LN2, 5);
    // Each taken for the other: a cosine of 0 against one of 1, by the paper's temperature.
    const crossed = compare('patch-nce', of, tf.tensor([0, 5, 2, 0], [1, 1, 2, 2]));
    expect(crossed.dataSync()[0]).toBeCloseTo(1 / 0.07, HUNDREDTHS);
  });

  test('is the cross-entropy among the places of one image', () => {
    const [batch, height, width, channels] = [2, 2, 3, 4];
    const shape = [batch, height, width, channels];
    const [of, to] = [random(shape, 'of'), random(shape, 'to')];
    const values = compare('patch-nce', of, to, { temperature: 0.2 });
    const vectors = (x: Tensor): number[][] => {
      const data = [...x.dataSync()];
      return Array.from({ length: data.length / channels }, (_, i) =>
        data.slice(i * channels, (i + 1) * channels),
      );
    };
    const [made, source] = [vectors(of), vectors(to)];
    const cosine = (a: number[], b: number[]) =>
      a.reduce((sum, x, i) => sum + x * b[i]!, 0) / (Math.hypot(...a) * Math.hypot(...b));
    const places = height * width;
    const wanted = made.map((patch, i) => {
      const first = Math.floor(i / places) * places;
      const alike = source.slice(first, first + places).map((other) => Math.exp(cosine(patch, other) / 0.2));
      return -Math.log(alike[i - first]! / alike.reduce((sum, x) => sum + x));
    });
    expect(values.shape).toEqual([batch, places]);
    values.dataSync().forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 4));
  });

  test('places without features are like any other, and it takes images alone', () => {
    const nothing = engine.tf.zeros([1, 2, 2, 3]);
    expect(meanOf(compare('patch-nce', nothing, random([1, 2, 2, 3], 'to')))).toBeCloseTo(Math.log(4), 5);
    const definition = lossOf('patch-nce', 'difference');
    expect(() => definition.check!({ temperature: 1 }, [64])).toThrow(UserError);
    expect(() => definition.check!({ temperature: 1 }, [2, 3, 64])).not.toThrow();
  });
});

describe('ssim', () => {
  /** One minus the mean index of all whole windows of a channel: the paper's formula, each moment by itself. */
  const reference = (
    x: readonly (readonly number[])[],
    y: readonly (readonly number[])[],
    side: number,
    deviation: number,
  ): number[] => {
    const places = Array.from({ length: side ** 2 }, (_, i) => [Math.floor(i / side), i % side] as const);
    const far = (i: number) => (i - (side - 1) / 2) ** 2;
    const weights = places.map(([i, j]) => Math.exp(-(far(i) + far(j)) / (2 * deviation ** 2)));
    const total = weights.reduce((sum, weight) => sum + weight);
    const [height, width] = [x.length, x[0]!.length];
    const indices: number[] = [];
    for (let top = 0; top + side <= height; top++) {
      for (let left = 0; left + side <= width; left++) {
        const mean = (f: (a: number, b: number) => number): number =>
          places.reduce((sum, [i, j], k) => {
            const [a, b] = [x, y].map((image) => (image[top + i]![left + j]! + 1) / 2);
            return sum + (weights[k]! / total) * f(a!, b!);
          }, 0);
        const [m, n] = [mean((a) => a), mean((_, b) => b)];
        const [s, t] = [mean((a) => (a - m) ** 2), mean((_, b) => (b - n) ** 2)];
        const shared = mean((a, b) => (a - m) * (b - n));
        const [c1, c2] = [0.0001, 0.0009];
        indices.push(((2 * m * n + c1) * (2 * shared + c2)) / ((m * m + n * n + c1) * (s + t + c2)));
      }
    }
    return indices.map((index) => 1 - index);
  };

  test.each<[Written, number, number]>([
    [{ window: 4, deviation: 1 }, 4, 1],
    [{ window: 7 }, 7, 1.5],
    [{}, 11, 1.5],
  ])('with %j is one minus the index of each window and channel', (params, side, deviation) => {
    const { tf } = engine;
    const shape = [2, 12, 13, 2];
    const [of, to] = ['of', 'to'].map((seed) => tf.mul(random(shape, seed), 0.4));
    const channel = (x: Tensor, image: number, c: number) =>
      tf.reshape(tf.slice(x, [image, 0, 0, c], [1, 12, 13, 1]), [12, 13]).arraySync() as number[][];
    // Between alike and unlike images, and neither 0 nor 1.
    const near = tf.add(of!, tf.mul(to!, 0.5));
    const values = compare('ssim', of!, near, params).dataSync();
    const wanted = [0, 1].flatMap((image) =>
      [0, 1].flatMap((c) => reference(channel(of!, image, c), channel(near, image, c), side, deviation)),
    );
    expect(values).toHaveLength(wanted.length);
    values.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 4));
  });

  test('refuses what its window does not fit into, on either side, and what is no image', () => {
    const definition = lossOf('ssim', 'difference');
    const check = (shape: number[], window: number) => () =>
      definition.check!({ window, deviation: 1 }, shape);
    const shapes = [
      [4, 9, 3],
      [9, 4, 1],
    ];
    for (const shape of shapes) expect(check(shape, 4)).not.toThrow();
    for (const shape of [...shapes, [64], [8, 64]]) {
      expect(check(shape, 5)).toThrow(/at least 5x5 pixels, not \d/);
      expect(check(shape, 5)).toThrow(expect.objectContaining({ exitCode: 2 }));
    }
  });
});

test.each(losses.flatMap((loss) => (loss.operands === 'difference' ? [[loss.type, loss] as const] : [])))(
  '%s lets a mask be laid on it where its value has height and width',
  (type, definition) => {
    const [height, width] = compare(
      type,
      random([2, 12, 14, 3], 'of'),
      random([2, 12, 14, 3], 'to'),
    ).shape.slice(1);
    expect(definition.whole === true).toBe(height !== 12 || width !== 14);
  },
);

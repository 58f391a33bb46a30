import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawn } from '../../src/core/draw.js';
import { Random } from '../../src/core/random.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import type { PenaltyCall } from '../../src/registry/index.js';
import { paramsOf } from '../support/params.js';
import { lossOf } from './support.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu');
});
afterAll(() => engine.close());

const build = (type: string, params: Readonly<Record<string, unknown>> = {}) => {
  const definition = lossOf(type, 'penalty');
  return definition.build(paramsOf(definition, params), { tf: engine.tf, scores: 'logits' });
};
const callOf = (more: Partial<PenaltyCall> = {}): PenaltyCall => ({
  draw: (shape, fill) => engine.tf.tensor(drawn(shape, new Random('draw'), fill), [...shape]),
  constant: (f) => f(),
  ...more,
});

// Gradients of two examples whose norms are 5 and 1 / 2, over all axes but the batch's.
test.each<[string, Readonly<Record<string, unknown>>, number[]]>([
  ['gradient-penalty', {}, [16, 0.25]],
  ['gradient-penalty', { target: 2 }, [9, 2.25]],
  ['gradient-penalty', { target: 0 }, [25, 0.25]],
  ['gradient-penalty', { one_sided: true }, [16, 0]],
  ['r1', {}, [12.5, 0.125]],
])('%s with %j of norms 5 and 1/2', (type, params, wanted) => {
  const { tf } = engine;
  const rows = [3, 0, 0, 4, 0.3, 0.4, 0, 0];
  for (const shape of [
    [2, 4],
    [2, 2, 1, 2],
  ]) {
    const values = build(type, params).penalise(tf.tensor(rows, shape), callOf());
    expect(values.shape).toEqual([2]);
    values.dataSync().forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5));
  }
});

test.each(['gradient-penalty', 'path-length'])('%s has a slope where the gradient is 0', (type) => {
  const { tf } = engine;
  const slope = tf.grad((x: Tensor) => tf.sum<Scalar>(build(type).penalise(x, callOf())))(tf.zeros([2, 3]));
  expect([...slope.dataSync()].map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('path-length looks along normal noise, divided by the root of the number of pixels', () => {
  const { tf } = engine;
  for (const [shape, pixels] of [
    [[2, 2, 8, 3], 16],
    [[2, 5], 1],
  ] as const) {
    const asked: number[][] = [];
    const of = tf.tensor(
      new Random('of').fillNormal(new Float32Array(shape.reduce((n, side) => n * side, 1))),
      [...shape],
    );
    const { draw } = callOf();
    const value = build('path-length').objective!(
      of,
      callOf({ draw: (size, fill) => (asked.push([...size]), draw(size, fill)) }),
    );
    const noise = new Random('draw').fillNormal(new Float32Array(of.size));
    const wanted = [...of.dataSync()].reduce((sum, x, i) => sum + x * noise[i]!, 0) / Math.sqrt(pixels);
    expect(value.dataSync()[0]).toBeCloseTo(wanted, 4);
    expect(asked).toEqual([[...shape]]);
  }
});

test('path-length holds each length against the running mean, which it moves by the decay', () => {
  const { tf } = engine;
  const gradient = tf.tensor([
    [3, 4],
    [0, 1],
  ]);
  const penalise = (params: Readonly<Record<string, unknown>>, more: Partial<PenaltyCall> = {}) => [
    ...build('path-length', params).penalise(gradient, callOf(more)).dataSync(),
  ];
  const mean = tf.variable(tf.scalar(2));
  // Lengths 5 and 1, their mean 3: half way from 2 is 2.5, half way from there 2.75.
  for (const a of [2.5, 2.75]) {
    expect(penalise({ decay: 0.5 }, { state: { mean } })).toEqual([(5 - a) ** 2, (1 - a) ** 2]);
    expect(mean.dataSync()[0]).toBe(a);
  }
  penalise({}, { state: { mean } });
  expect(mean.dataSync()[0]).toBeCloseTo(2.7525, 6);
  // Where nothing is kept, as in a dry run, against the mean of the batch.
  expect(penalise({})).toEqual([4, 4]);
});

test('path-length: no gradient goes through the mean', () => {
  const { tf } = engine;
  const constant = <T>(f: () => T): T => (f(), tf.scalar(1) as T);
  const values = build('path-length').penalise(tf.tensor([[5], [3]]), callOf({ constant }));
  expect([...values.dataSync()]).toEqual([16, 4]);
});

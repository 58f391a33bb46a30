import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { afterEach, describe, expect, test } from 'vitest';
import type { Repeater } from '../../src/core/repeat.js';
import type { Engine } from '../../src/engine/index.js';
import { openOrt } from '../../src/engine/ort/index.js';
import type { Plan } from '../../src/plan/types.js';
import { Game, playStep } from '../../src/trainers/index.js';
import { noiseBatch } from '../support/batch.js';
import { planOf, registry, TINY_RECIPE } from '../support/plan.js';
import { stateOf } from '../support/state.js';

let engine: Engine | undefined;
afterEach(() => engine?.close());

/** Losses and final state of a game, and how many kernels tfjs ran in each step. */
async function play(plan: Plan, steps: number, replay: boolean) {
  engine = await openOrt({ replay });
  const game = new Game({ plan, engine, registry });
  const losses: unknown[] = [];
  const recordMs: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const before = engine.stats().recordMs;
    losses.push((await playStep(game, noiseBatch(plan, step), step, { steps, stepsPerEpoch: 4 })).losses);
    recordMs.push(engine.stats().recordMs - before);
  }
  const state = await stateOf(game, steps);
  game.dispose();
  const tensors = engine.tf.memory().numTensors;
  engine.close();
  return { losses, state, recordMs, tensors };
}

describe('a repeated training step', () => {
  test('ends with the bits of recorded steps: an update that is not always due, a falling rate, clipping', async () => {
    const set = [
      'game.updates.D={ every: 3 steps, optimizer: { clip_weights: 0.01 } }',
      'optimizer={ schedule: { type: linear-decay, from: 1 epochs }, clip_norm: 0.5 }',
    ];
    const plan = await planOf(TINY_RECIPE, set);
    const recorded = await play(plan, 12, false);
    const repeated = await play(plan, 12, true);
    expect(repeated.losses).toEqual(recorded.losses);
    expect(repeated.state).toEqual(recorded.state);
    expect(repeated.tensors).toBe(recorded.tensors);
    expect(recorded.recordMs.at(-1)).toBeGreaterThan(0);
    expect(repeated.recordMs.at(-1)).toBe(0); // the last step was not recorded
  });
});

describe('the repeater', () => {
  interface Context {
    readonly x: number;
  }
  let recordings = 0;
  const open = async (): Promise<Repeater<Context>> => {
    recordings = 0;
    engine = await openOrt();
    return engine.repeater<Context>();
  };
  const value = ([tensor]: readonly Tensor[]): number[] => {
    const values = [...tensor!.dataSync()];
    tensor!.dispose();
    return values;
  };

  test('feeds scalars that happen to be equal at first apart, and keeps a scalar variable apart from constants', async () => {
    const repeater = await open();
    const { tf } = engine!;
    const count = tf.variable(tf.scalar(0));
    const run = (x: number) =>
      value(
        repeater.run('sum', { x }, (feed) => {
          recordings++;
          const a = feed([], ({ x: value }) => Math.max(value, 5));
          const b = feed([], () => 5);
          count.assign(tf.add<Scalar>(count, 1));
          return [tf.add(tf.mul(a, b), tf.add(count, tf.mul(tf.scalar(0), a)))];
        }),
      )[0];
    expect([1, 2, 3, 6, 7, 8].map(run)).toEqual([26, 27, 28, 34, 40, 46]);
    expect(recordings).toBeLessThan(4);
  });

  test('goes on recording a program whose own numbers change', async () => {
    const repeater = await open();
    const { tf } = engine!;
    const run = (x: number) =>
      value(
        repeater.run('hidden', { x }, (feed) => {
          recordings++;
          // x is not fed: the engine cannot know that it changes.
          return [
            tf.mul(
              feed([2], () => Float32Array.of(1, 2)),
              x,
            ),
          ];
        }),
      );
    expect([1, 2, 3, 4].map(run)).toEqual([
      [1, 2],
      [2, 4],
      [3, 6],
      [4, 8],
    ]);
    expect(recordings).toBe(4);
  });

  test('does not write over weights that somebody still holds', async () => {
    const repeater = await open();
    const { tf, ops } = engine!;
    const [w, m, v] = [1, 0, 0].map((start) => tf.variable(tf.fill([5000], start)));
    const step = (x: number) =>
      value(
        repeater.run('adam', { x }, (feed) => {
          recordings++;
          const g = feed([5000], ({ x: value }) => new Float32Array(5000).fill(value));
          ops.adam(w!, m!, v!, tf.neg(g), { beta1: 0.5, beta2: 0.9, stepSize: 0.1, epsilon: 1e-7 });
          return [tf.sum(g)];
        }),
      );
    for (const x of [1, 2, 3, 4, 5]) step(x);
    const recorded = recordings;
    const old = w!.clone();
    const before = [...w!.dataSync()];
    step(6);
    expect(recordings).toBe(recorded + 1);
    expect([...old.dataSync()]).toEqual(before);
    expect(w!.dataSync()[0]).not.toBe(before[0]);
    old.dispose();
  });

  test('takes weights that were written from outside', async () => {
    const repeater = await open();
    const { tf } = engine!;
    const w = tf.variable(tf.ones([3]));
    const run = (x: number) =>
      value(
        repeater.run('scale', { x }, (feed) => [
          tf.mul(
            w,
            feed([], ({ x: value }) => value),
          ),
        ]),
      );
    for (const x of [1, 2, 3, 4]) run(x);
    w.assign(tf.tensor1d([1, 2, 3]));
    expect(run(10)).toEqual([10, 20, 30]);
  });
});

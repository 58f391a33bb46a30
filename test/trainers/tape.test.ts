import type { Variable } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { withTape } from '../../src/trainers/tape.js';

describe('withTape', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('cpu');
  });
  afterAll(() => engine.close());

  const variable = (values: number[]): Variable => engine.tf.variable(engine.tf.tensor(values));

  test('one forward pass serves several losses, and sees the weights it was computed with', () => {
    const { tf } = engine;
    const g = variable([2]);
    const d = variable([3]);
    tf.tidy(() =>
      withTape(tf, (tape) => {
        const fake = tf.mul(g, 5);
        const [dD] = tape.gradients(tf.sum(tf.mul(d, fake)), [d]);
        expect([...dD!.dataSync()]).toEqual([10]);
        d.assign(tf.tensor([7]));
        g.assign(tf.tensor([100]));
        // d fake / d g = 5 from the pass above; D stands at its new weight.
        const [dG] = tape.gradients(tf.sum(tf.mul(tf.square(d), fake)), [g]);
        expect([...dG!.dataSync()]).toEqual([5 * 49]);
      }),
    );
  });

  test('what is paused is constant; an x that y does not depend on has no gradient', () => {
    const { tf } = engine;
    const a = variable([2]);
    const b = variable([3]);
    tf.tidy(() =>
      withTape(tf, (tape) => {
        const constant = tape.pause(() => tf.clone(tf.square(a)));
        const y = tf.sum(tf.mul(constant, a));
        const [da, db] = tape.gradients(y, [a, b]);
        expect([...da!.dataSync()]).toEqual([4]);
        expect(db).toBeNull();
      }),
    );
  });

  test('leaves no tensor behind, also where it throws', () => {
    const { tf } = engine;
    const a = variable([1, 2]);
    const before = tf.memory().numTensors;
    const play = (fail: boolean) =>
      tf.tidy(() =>
        withTape(tf, (tape) => {
          tape.gradients(tf.sum(tf.exp(tf.tanh(a))), [a]);
          if (fail) throw new Error('stop');
        }),
      );
    play(false);
    expect(tf.memory().numTensors).toBe(before);
    expect(() => play(true)).toThrow('stop');
    expect(tf.memory().numTensors).toBe(before);
    play(false);
    expect(tf.memory().numTensors).toBe(before);
  });
});

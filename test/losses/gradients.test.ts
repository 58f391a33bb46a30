import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { drawn } from '../../src/core/draw.js';
import { Random } from '../../src/core/random.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { losses } from '../../src/losses/index.js';
import type { PenaltyCall } from '../../src/registry/index.js';
import { expectGradient } from '../support/gradients.js';
import { paramsOf } from '../support/params.js';
import { lossOf } from './support.js';

describe('losses', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('cpu');
  });
  afterAll(() => engine.close());

  /** A penalty's mean of what a small network does at x, as the trainer takes it: differentiable in the weights. */
  const penalty = (type: string, network: (x: Tensor) => Tensor, x: Tensor) => {
    const { tf } = engine;
    const definition = lossOf(type, 'penalty');
    const { objective, penalise } = definition.build(paramsOf(definition, {}), { tf, scores: 'logits' });
    const call: PenaltyCall = {
      draw: (shape, fill) => tf.tensor(drawn(shape, new Random('draw'), fill), [...shape]),
      constant: (f) => f(),
    };
    const value = (at: Tensor): Scalar => (objective ? objective(network(at), call) : tf.sum(network(at)));
    return tf.mean<Scalar>(penalise(tf.grad((at: Tensor) => value(at))(x), call));
  };

  const small = (seed: string) =>
    engine.tf.tensor(new Random(seed).fillNormal(new Float32Array(24)), [2, 3, 4, 1]);

  test.each(losses.map((definition) => [definition.type, definition] as const))(
    '%s: gradient matches finite differences',
    (type, definition) => {
      const { tf } = engine;
      const params = paramsOf(definition, definition.example);
      const context = { tf, scores: 'logits' as const };
      switch (definition.operands) {
        case 'scores': {
          const parts = definition.build(params, context);
          const others = small('others');
          for (const part of Object.values(parts))
            expectGradient(tf, (input) => tf.mean(part(input, others)), small('x'), 24, 1e-3);
          break;
        }
        case 'difference': {
          const difference = definition.build(
            { ...params, ...(definition.check ? { window: 3 } : {}) },
            context,
          );
          const to = small('to');
          expectGradient(tf, (input) => tf.mean(difference(input, to)), small('x'), 24, 1e-3);
          break;
        }
        case 'values': {
          const evaluate = definition.build(params, context);
          for (const key of Object.keys(definition.values)) {
            const others = Object.fromEntries(
              Object.keys(definition.values).map((name) => [name, small(name)]),
            );
            expectGradient(
              tf,
              (input) => tf.mean(evaluate({ ...others, [key]: input })),
              small('x'),
              24,
              1e-3,
            );
          }
          break;
        }
        case 'penalty': {
          // The gradient of a gradient: by the weights of a network that bends.
          const x = small('x');
          const bend = (weights: Tensor) => (at: Tensor) => tf.square(tf.mul(at, weights));
          expectGradient(tf, (weights) => penalty(type, bend(weights), x), tf.add(small('w'), 1), 24);
          break;
        }
      }
    },
  );
});

import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawn, type Fill } from '../../src/core/draw.js';
import { Random } from '../../src/core/random.js';
import { sizeOf } from '../../src/core/shape.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { layers } from '../../src/layers/index.js';
import { expectGradient } from '../support/gradients.js';
import { paramsOf } from '../support/params.js';

const BATCH = 2;
/** Odd and uneven, so that heights, widths and channels cannot be mistaken for each other. */
const INPUT = [7, 6, 3] as const;

describe('every layer', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('cpu');
  });
  afterAll(() => engine.close());

  const random = (shape: readonly number[], seed: string): Tensor =>
    engine.tf.tensor(new Random(seed).fillNormal(new Float32Array(sizeOf(shape))), [...shape]);

  test.each(layers.map((definition) => [definition.type, definition] as const))(
    '%s: planned shape is the real one, gradient matches finite differences, no tensor leaks',
    (_type, definition) => {
      const { tf, ops } = engine;
      const params = paramsOf(definition, definition.example);
      const count = definition.inputs === 'many' ? 2 : 1;
      const plan = definition.plan(
        params,
        Array.from({ length: count }, () => INPUT),
      );
      const run = definition.build(params, { tf, ops });
      const start = tf.memory().numTensors;
      const variables = Object.fromEntries(
        plan.variables.map((spec) => [
          spec.name,
          spec.init.type === 'constant'
            ? tf.fill([...spec.shape], spec.init.value)
            : random(spec.shape, spec.name),
        ]),
      );
      const rest = Array.from({ length: count - 1 }, (_, i) => random([BATCH, ...INPUT], `rest ${i}`));
      const call = {
        dropout: true,
        batchStatistics: true,
        draw: (shape: readonly number[], fill: Fill) =>
          engine.tf.tensor(drawn(shape, new Random('mask'), fill), [...shape]),
      };
      const apply = (x: Tensor): Tensor => run([x, ...rest], variables, call);

      const x = random([BATCH, ...INPUT], 'input');
      const output = tf.tidy(() => apply(x));
      expect(output.shape).toEqual([BATCH, ...plan.output]);
      // Weighted by random numbers: sums alone would hide errors that cancel.
      const weights = random(output.shape, 'weights');
      expectGradient(tf, (input) => tf.sum(tf.mul(apply(input), weights)), x);
      for (const spec of plan.variables.filter(({ trainable }) => trainable)) {
        const loss = (value: Tensor): Scalar =>
          tf.sum(tf.mul(run([x, ...rest], { ...variables, [spec.name]: value }, call), weights));
        expectGradient(tf, loss, variables[spec.name]!);
      }
      tf.dispose([x, output, weights, ...rest, ...Object.values(variables)]);
      expect(tf.memory().numTensors).toBe(start);
    },
  );
});

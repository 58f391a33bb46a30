import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawn } from '../../src/core/draw.js';
import { UserError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { type Shape, sizeOf } from '../../src/core/shape.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { layers } from '../../src/layers/index.js';
import type { LayerCall, LayerDefinition } from '../../src/registry/index.js';
import { expectGradient } from '../support/gradients.js';
import { paramsOf } from '../support/params.js';

const BATCH = 2;
/** Odd and uneven, so that heights, widths and channels cannot be mistaken for each other. */
const INPUT = [7, 6, 3] as const;
/** Of what a layer is conditioned by. */
const VECTOR = [5] as const;

/** Inputs that the example is given: one or two images, and a vector for each key that names a further one. */
const inputsOf = ({ inputs, references = [] }: LayerDefinition): Shape[] => [
  ...Array.from({ length: inputs === 'many' ? 2 : 1 }, () => INPUT),
  ...references.map(() => VECTOR),
];

const cases = layers.map((definition) => [definition.type, definition] as const);

describe.each(['cpu', 'ort'])('every layer on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });
  afterAll(() => engine.close());

  const random = (shape: readonly number[], seed: string): Tensor =>
    engine.tf.tensor(new Random(seed).fillNormal(new Float32Array(sizeOf(shape))), [...shape]);

  const build = (definition: LayerDefinition, inputs: readonly Shape[], written = definition.example) => {
    const { tf, ops } = engine;
    const params = paramsOf(definition, written);
    const plan = definition.plan(params, inputs);
    const variables = Object.fromEntries(
      plan.variables.map((spec) => [
        spec.name,
        // Away from 0 where it starts there: a gamma of 0 would hide what it multiplies.
        spec.init.type === 'constant' && spec.init.value !== 0
          ? tf.fill([...spec.shape], spec.init.value)
          : random(spec.shape, spec.name),
      ]),
    );
    return { plan, run: definition.build(params, { tf, ops }), variables };
  };
  const training = (): LayerCall => ({
    dropout: true,
    batchStatistics: true,
    draw: (shape, fill) => engine.tf.tensor(drawn(shape, new Random('mask'), fill), [...shape]),
  });

  // Finite differences take many runs, each an ONNX graph of its own on ort: gradients are held against cpu's elsewhere.
  test.runIf(name === 'cpu').each(cases)(
    '%s: gradient matches finite differences, no tensor leaks',
    (_type, definition) => {
      const { tf } = engine;
      const start = tf.memory().numTensors;
      const { plan, run, variables } = build(definition, inputsOf(definition));
      const [first, ...shapes] = inputsOf(definition);
      const rest = shapes.map((shape, i) => random([BATCH, ...shape], `rest ${i}`));
      const x = random([BATCH, ...first!], 'input');
      // Weighted by random numbers: sums alone would hide errors that cancel.
      const weights = random([BATCH, ...plan.output], 'weights');
      const loss = (inputs: readonly Tensor[], current: typeof variables): Scalar =>
        tf.sum(tf.mul(run(inputs, current, training()), weights));
      // Few probes: values are held elsewhere, this is for what has no gradient.
      const differentiates = (f: (at: Tensor) => Scalar, at: Tensor) => expectGradient(tf, f, at, 4);
      // A constant takes nothing of its input but the number of examples.
      if (definition.type !== 'constant') differentiates((input) => loss([input, ...rest], variables), x);
      rest.forEach((value, i) =>
        differentiates((input) => loss([x, ...rest.with(i, input)], variables), value),
      );
      for (const { name: key, trainable } of plan.variables) {
        if (!trainable) continue;
        differentiates((value) => loss([x, ...rest], { ...variables, [key]: value }), variables[key]!);
      }
      tf.dispose([x, weights, ...rest, ...Object.values(variables)]);
      expect(tf.memory().numTensors).toBe(start);
    },
  );

  test.each(cases)(
    '%s: planned shape and chance are the real ones, for even, odd and small images, or is refused',
    (_type, definition) => {
      const { tf } = engine;
      let taken = 0;
      for (const image of [INPUT, [8, 8, 3], [5, 9, 3], [1, 2, 3], [3, 1, 3], [4], [16, 16, 12]] as Shape[]) {
        const inputs = inputsOf(definition).map((shape) => (shape === VECTOR ? VECTOR : image));
        tf.tidy(() => {
          try {
            const { plan, run, variables } = build(definition, inputs);
            const values = inputs.map((shape, i) => random([BATCH, ...shape], String(i)));
            let draws = false;
            const draw: LayerCall['draw'] = (...args) => ((draws = true), training().draw(...args));
            const { shape } = run(values, variables, { ...training(), draw });
            expect(shape).toEqual([BATCH, ...plan.output]);
            expect(draws, 'says that it draws').toBe(definition.random ?? false);
            taken += 1;
          } catch (error) {
            if (!(error instanceof UserError)) throw error;
          }
        });
      }
      expect(taken).toBeGreaterThan(0);
    },
  );
});

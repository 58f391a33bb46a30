import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluate } from '../../src/engine/conformance/evaluate.js';
import { families } from '../../src/engine/conformance/index.js';
import { cpu } from '../../src/engine/cpu.js';
import type { Engine } from '../../src/engine/index.js';
import { ort } from '../../src/engine/ort/index.js';
import { dryRunOf, type DryRun } from '../../src/engine/dry-run.js';
import { layers } from '../../src/layers/index.js';
import { losses } from '../../src/losses/index.js';
import { optimizers } from '../../src/optimizers/index.js';
import type { LayerDefinition } from '../../src/registry/index.js';
import { tensors } from '../../src/tensors/index.js';
import { dryRun } from '../../src/trainers/dry-run.js';
import { operandsOf } from '../support/operands.js';
import { paramsOf } from '../support/params.js';
import { planOf, registry, TINY_RECIPE } from '../support/plan.js';

// Everything runs dry, on tensors without values: which kernels are asked for does not depend on them.
let dry: DryRun;
let covered: ReadonlySet<string>;
beforeAll(async () => {
  dry = (await dryRunOf(ort, [ort, cpu]))!;
  const engine = { ...dry, name: 'dry-run' } as unknown as Engine;
  for (const each of families.flatMap(({ cases }) => cases)) await evaluate(engine, each);
  covered = new Set(dry.used);
});
afterAll(() => dry.close());

/** Kernels that no case of the suite runs. */
const uncovered = () => [...dry.used].filter((kernel) => !covered.has(kernel));

const inputsOf = ({ inputs, references = [] }: LayerDefinition) => [
  ...Array.from({ length: inputs === 'many' ? 2 : 1 }, () => [7, 6, 3]),
  ...references.map(() => [5]),
];

test.each(layers.map((each) => [each.type, each] as const))('kernels of layer %s', (_type, definition) => {
  const { tf, ops } = dry;
  const params = paramsOf(definition, definition.example);
  const shapes = inputsOf(definition);
  const plan = definition.plan(params, shapes);
  const run = definition.build(params, { tf, ops });
  tf.tidy(() => {
    const zeros = (shape: readonly number[]): Tensor => tf.fill([...shape], 0);
    const names = plan.variables.map(({ name }) => name);
    const inputs = shapes.map((shape) => zeros([2, ...shape]));
    const all = [...inputs, ...plan.variables.map(({ shape }) => zeros(shape))];
    const value = (...args: Tensor[]) => {
      const namedArgs = Object.fromEntries(names.map((name, i) => [name, args[inputs.length + i]!]));
      const call = {
        dropout: true,
        batchStatistics: true,
        draw: (shape: readonly number[]) => zeros(shape),
        track: () => undefined,
      };
      return tf.sum(run(args.slice(0, inputs.length), namedArgs, call));
    };
    // A constant takes nothing of its input but the number of examples.
    if (definition.type !== 'constant') tf.grad((x: Tensor) => value(x, ...all.slice(1)))(all[0]!);
    plan.variables.forEach(({ trainable }, i) => {
      const at = inputs.length + i;
      if (trainable) tf.grad((w: Tensor) => value(...all.slice(0, at), w, ...all.slice(at + 1)))(all[at]!);
    });
  });
  expect(uncovered()).toEqual([]);
});

test.each(losses.map((each) => [each.type, each] as const))('kernels of loss %s', (_type, definition) => {
  const { tf } = dry;
  const params = paramsOf(definition, definition.example);
  tf.tidy(() => {
    const x = tf.fill([2, 12, 13, 1], 0.5);
    const gradientOf = (f: (input: Tensor) => Tensor) => tf.grad((input: Tensor) => tf.mean(f(input)))(x);
    for (const scores of ['logits', 'probabilities'] as const) {
      if (definition.operands === 'scores')
        Object.values(definition.build(params, { tf, scores })).forEach((part) =>
          gradientOf((input) => part(input, tf.square(input))),
        );
      if (definition.operands === 'difference')
        gradientOf((input) => definition.build(params, { tf, scores })(input, tf.square(input)));
    }
  });
  expect(uncovered()).toEqual([]);
});

test.each(optimizers.map((each) => [each.type, each] as const))(
  'kernels of optimizer %s',
  (_type, definition) => {
    const { tf, ops } = dry;
    const step = definition.build(paramsOf(definition, definition.example), { tf, ops });
    const variable = tf.variable(tf.fill([5], 0));
    const slots = Object.fromEntries(definition.slots.map((name) => [name, tf.variable(tf.fill([5], 0))]));
    tf.tidy(() => step({ variable, gradient: tf.fill([5], 1), slots, number: () => tf.scalar(1) }));
    tf.dispose([variable, slots]);
    expect(uncovered()).toEqual([]);
  },
);

test.each(tensors.map((each) => [each.type, each] as const))('kernels of tensor %s', (_type, definition) => {
  const { tf } = dry;
  const params = paramsOf(definition, definition.example);
  tf.tidy(() => {
    const draw = (shape: readonly number[]): Tensor => tf.fill([...shape], 0);
    const run = definition.build(params, { tf, batch: 2, draw });
    for (const shapes of operandsOf(definition).taken) {
      const operands = shapes.map((shape) => tf.fill([2, ...shape], 0));
      if (definition.stopsGradient) run(operands);
      else tf.grads((...args: Tensor[]) => tf.sum(run(args)))(operands);
    }
  });
  expect(uncovered()).toEqual([]);
});

test('kernels of a whole step of a game', async () => {
  await dryRun(await planOf(TINY_RECIPE), registry, dry);
  expect(uncovered()).toEqual([]);
});

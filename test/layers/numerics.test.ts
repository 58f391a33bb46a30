import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawn } from '../../src/core/draw.js';
import { UserError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { type Shape, sizeOf } from '../../src/core/shape.js';
import { shippedDefinitions } from '../../src/definitions.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { layers } from '../../src/layers/index.js';
import { planLayers } from '../../src/plan/layers.js';
import type { LayerCall, LayerDefinition, LayerPlan } from '../../src/registry/index.js';
import { expectGradient } from '../support/gradients.js';
import { paramsOf } from '../support/params.js';

const BATCH = 2;
/** Odd and uneven, so that heights, widths and channels cannot be mistaken for each other. */
const INPUT = [7, 6, 3] as const;
/** Of what a layer is conditioned by. */
const VECTOR = [5] as const;
const registry = shippedDefinitions();

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
      const loss = (inputs: readonly Tensor[], own: typeof variables): Scalar =>
        tf.sum(tf.mul(run(inputs, own, training()), weights));
      // A constant takes nothing of its input but the number of examples.
      if (definition.type !== 'constant') expectGradient(tf, (input) => loss([input, ...rest], variables), x);
      rest.forEach((value, i) =>
        expectGradient(tf, (input) => loss([x, ...rest.with(i, input)], variables), value),
      );
      for (const { name: own, trainable } of plan.variables) {
        if (!trainable) continue;
        expectGradient(tf, (value) => loss([x, ...rest], { ...variables, [own]: value }), variables[own]!);
      }
      tf.dispose([x, weights, ...rest, ...Object.values(variables)]);
      expect(tf.memory().numTensors).toBe(start);
    },
  );

  test.each(cases)(
    '%s: planned shape is the real one, for even, odd and small images, or is refused',
    (_type, definition) => {
      const { tf } = engine;
      let taken = 0;
      for (const image of [INPUT, [8, 8, 3], [5, 9, 3], [1, 2, 3], [3, 1, 3], [4], [16, 16, 12]] as Shape[]) {
        const inputs = inputsOf(definition).map((shape) => (shape === VECTOR ? VECTOR : image));
        tf.tidy(() => {
          try {
            const { plan, run, variables } = build(definition, inputs);
            const values = inputs.map((shape, i) => random([BATCH, ...shape], String(i)));
            expect(run(values, variables, training()).shape).toEqual([BATCH, ...plan.output]);
            taken += 1;
            expect(plan.flops).toBeGreaterThanOrEqual(0);
          } catch (error) {
            if (!(error instanceof UserError)) throw error;
          }
        });
      }
      expect(taken).toBeGreaterThan(0);
    },
  );

  test.each(
    cases.filter(
      ([, definition]) =>
        definition.plan(paramsOf(definition, definition.example), inputsOf(definition)).window !== undefined,
    ),
  )('%s: sees as far as its window says', (_type, definition) => {
    const { tf } = engine;
    const side = 24;
    let plan: LayerPlan | undefined;
    const values = tf
      .tidy(() => {
        const vectors = (definition.references ?? []).map(() => VECTOR);
        const built = build(definition, [[side, side, 3], ...vectors]);
        const rest = vectors.map((shape, i) => random([1, ...shape], `vector ${i}`));
        const zero = tf.zeros([1, side, side, 3]);
        const spot = tf.pad(tf.fill([1, 1, 1, 3], 1), [
          [0, 0],
          [side / 2, side / 2 - 1],
          [side / 2, side / 2 - 1],
          [0, 0],
        ]);
        const at = (x: Tensor): Tensor => built.run([x, ...rest], built.variables, training());
        const changed = tf.max(tf.abs(tf.sub(at(spot), at(zero))), [0, 3]);
        plan = built.plan;
        return changed;
      })
      .arraySync() as number[][];
    const { kernel, stride, dilation = 1, scale = 1 } = plan!.window!;
    const rows = values.flatMap((row, y) => (row.some((value) => value > 1e-6) ? [y] : []));
    // One changed pixel reaches as many outputs as windows of that reach contain it.
    const reach = dilation * (kernel - 1) + 1;
    const wanted = scale > 1 ? reach + scale - 1 : Math.ceil(reach / stride);
    const touched = Math.max(...rows) - Math.min(...rows) + 1;
    if (definition.type === 'transposed-conv') expect(touched).toBe(kernel);
    else expect(touched).toBeLessThanOrEqual(wanted);
    expect(touched).toBeGreaterThanOrEqual(Math.floor(reach / stride));
  });
});

describe('receptive fields of layer chains', () => {
  test.each([
    [
      [
        { type: 'conv', kernel: 4, stride: 2, padding: 1, filters: 1 },
        { type: 'conv', kernel: 4, filters: 1 },
      ],
      10,
    ],
    [
      [
        { type: 'pool', size: 2 },
        { type: 'conv', kernel: 3, filters: 1 },
      ],
      6,
    ],
    [[{ type: 'dilated-conv', kernel: 3, dilation: 4, filters: 1 }], 9],
    [[{ type: 'pad', amount: 3 }, { type: 'conv', kernel: 7, padding: 0, filters: 1 }, { type: 'relu' }], 7],
    [[{ type: 'upsample' }], undefined],
  ])('%j', (chain, side) => {
    const configs = chain.map((layer, i) => ({ id: `l${i}`, ...layer }));
    expect(planLayers(configs, { input: [32, 32, 3] }, registry).at(-1)!.receptiveField).toBe(side);
  });
});

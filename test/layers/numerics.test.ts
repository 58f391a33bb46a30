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

  const one = (type: string) => layers.find((definition) => definition.type === type)!;
  const apply = (
    written: { type: string; [key: string]: unknown },
    inputs: readonly Tensor[],
    own: Record<string, Tensor> = {},
  ) => {
    const definition = one(written.type);
    const { run, variables } = build(
      definition,
      inputs.map(({ shape }) => shape.slice(1)),
      written,
    );
    return run(inputs, { ...variables, ...own }, training());
  };
  const close = (a: Tensor, b: Tensor, digits = 4) => {
    expect(a.shape).toEqual(b.shape);
    const wanted = b.dataSync();
    a.dataSync().forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, digits));
  };

  test('self-attention of gamma 0 is the identity', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const x = random([2, 4, 5, 8], 'x');
      close(apply({ type: 'self-attention' }, [x], { gamma: tf.zeros([1]) }), x);
    });
  });

  test('spectral norm: the largest singular value goes to 1, of either convolution and of a dense layer', () => {
    const { tf, ops } = engine;
    for (const type of ['conv', 'transposed-conv', 'dense']) {
      const definition = one(type);
      const params = paramsOf(definition, {
        filters: 6,
        units: 6,
        kernel: 3,
        weight_norm: 'spectral',
        bias: false,
      });
      const plan = definition.plan(params, [[4, 4, 2]]);
      const spec = Object.fromEntries(plan.variables.map((variable) => [variable.name, variable]));
      expect(spec['u']).toMatchObject({ shape: [6], trainable: false, persistent: true });
      const kernel = random(spec['kernel']!.shape, 'kernel');
      let u = random([6], 'u');
      const run = definition.build(params, { tf, ops });
      const x = random([1, 4, 4, 2], 'x');
      for (let i = 0; i < 60; i++) {
        const track = (_name: string, value: Tensor) => {
          u = tf.keep(tf.tensor(value.dataSync(), [6]));
        };
        tf.tidy(() => void run([x], { kernel, u }, { ...training(), track }));
      }
      // What the layer made, against the same layer of the kernel over its largest singular value by plain iteration.
      const columns = type === 'transposed-conv' ? tf.transpose(kernel, [0, 1, 3, 2]) : kernel;
      const matrix = tf.reshape(columns, [-1, 6]).arraySync() as number[][];
      const sigma = largestSingularValue(matrix);
      const plain = definition.build({ ...params, weight_norm: 'none' }, { tf, ops });
      close(run([x], { kernel, u }, training()), tf.div(plain([x], { kernel }, training()), sigma), 3);
    }
  });

  test('dilated-conv is a convolution whose kernel has holes', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const x = random([2, 7, 6, 3], 'x');
      const kernel = random([3, 3, 3, 4], 'kernel');
      const bias = tf.zeros([4]);
      const holes = tf.reshape(
        tf.pad(tf.reshape(kernel, [3, 1, 3, 1, 12]), [
          [0, 0],
          [0, 1],
          [0, 0],
          [0, 1],
          [0, 0],
        ]),
        [6, 6, 3, 4],
      );
      const dilated = tf.slice(holes, [0, 0, 0, 0], [5, 5, 3, 4]);
      for (const padding of [0, 1, 2, 'same'] as const) {
        const wanted = tf.conv2d(x as never, dilated as never, 1, padding === 'same' ? 'same' : padding);
        close(apply({ type: 'dilated-conv', filters: 4, padding }, [x], { kernel, bias }), wanted, 3);
      }
    });
  });

  test('norms: group norm of one group is layer norm, of as many as channels instance norm', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const x = random([2, 4, 5, 6], 'x');
      const plain = { affine: false };
      close(
        apply({ type: 'group-norm', groups: 1, ...plain }, [x]),
        apply({ type: 'layer-norm', ...plain }, [x]),
      );
      close(
        apply({ type: 'group-norm', groups: 6, ...plain }, [x]),
        apply({ type: 'instance-norm', ...plain }, [x]),
      );
      const two = tf.reshape(apply({ type: 'group-norm', groups: 2, ...plain }, [x]), [2, 20, 2, 3]);
      const { mean, variance } = tf.moments(two, [1, 3]);
      close(mean, tf.zeros([2, 2]));
      close(variance, tf.ones([2, 2]), 3);
    });
  });

  test('conditional batch norm takes the scale and shift of each image’s class', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const x = random([2, 3, 4, 2], 'x');
      const gamma = tf.tensor2d([
        [1, 1],
        [2, 3],
        [5, 5],
      ]);
      const beta = tf.tensor2d([
        [0, 0],
        [7, 8],
        [1, 1],
      ]);
      const label = tf.tensor2d([
        [0, 1, 0],
        [1, 0, 0],
      ]);
      const plain = apply({ type: 'batch-norm' }, [x], { gamma: tf.ones([2]), beta: tf.zeros([2]) });
      const scale = tf.tensor([2, 3, 1, 1], [2, 1, 1, 2]);
      const shift = tf.tensor([7, 8, 0, 0], [2, 1, 1, 2]);
      const got = apply({ type: 'conditional-batch-norm', by: 'label' }, [x, label], { gamma, beta });
      close(got, tf.add(tf.mul(plain, scale), shift));
    });
  });

  test('adaptive instance norm takes scale and shift of each image from its style', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const x = random([2, 3, 4, 2], 'x');
      const style = tf.tensor2d([
        [1, 2],
        [0, 0],
      ]);
      const gamma = tf.tensor2d([
        [0.5, 0],
        [0, 1],
      ]);
      const beta = tf.tensor2d([
        [3, 0],
        [1, 1],
      ]);
      const plain = apply({ type: 'instance-norm' }, [x]);
      // 1 + 1 0.5 and 1 + 2 1; 1 3 + 2 1 and 2 1; a style of nothing leaves the image as it is.
      const scale = tf.tensor([1.5, 3, 1, 1], [2, 1, 1, 2]);
      const shift = tf.tensor([5, 2, 0, 0], [2, 1, 1, 2]);
      const got = apply({ type: 'adaptive-instance-norm', by: 'style' }, [x, style], { gamma, beta });
      close(got, tf.add(tf.mul(plain, scale), shift));
    });
  });

  test('pad reflects without repeating the border; pixel shuffle and upsample lay pixels side by side', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const row = tf.tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
      const padded = apply({ type: 'pad', amount: 1, mode: 'reflect' }, [row]).arraySync() as number[][][][];
      expect(padded[0]!.map((line) => line.map(([value]) => value))).toEqual([
        [5, 4, 5, 6, 5],
        [2, 1, 2, 3, 2],
        [5, 4, 5, 6, 5],
        [8, 7, 8, 9, 8],
        [5, 4, 5, 6, 5],
      ]);
      const pixel = tf.tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 8]);
      const shuffled = apply({ type: 'pixel-shuffle', factor: 2 }, [pixel]);
      expect(shuffled.shape).toEqual([1, 2, 2, 2]);
      expect([...shuffled.dataSync()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      const pair = tf.tensor([0, 4], [1, 1, 2, 1]);
      expect([...apply({ type: 'upsample' }, [pair]).dataSync()]).toEqual([0, 0, 4, 4, 0, 0, 4, 4]);
      const blended = apply({ type: 'upsample', interpolation: 'bilinear' }, [pair]).dataSync();
      expect([...blended.slice(0, 4)]).toEqual([0, 1, 3, 4]);
    });
  });
});

/** By power iteration in doubles. */
function largestSingularValue(matrix: readonly (readonly number[])[]): number {
  let vector = matrix[0]!.map((_, i) => 1 + i);
  let sigma = 0;
  for (let i = 0; i < 500; i++) {
    const image = matrix.map((row) => row.reduce((sum, x, j) => sum + x * vector[j]!, 0));
    const back = vector.map((_, j) => matrix.reduce((sum, row, k) => sum + row[j]! * image[k]!, 0));
    const norm = Math.hypot(...back);
    sigma = Math.sqrt(norm / Math.hypot(...vector));
    vector = back.map((x) => x / norm);
  }
  return sigma;
}

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

import type { Tensor, Tensor4D, Variable } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Draw, drawn } from '../../src/core/draw.js';
import { Random } from '../../src/core/random.js';
import { type Shape, sizeOf } from '../../src/core/shape.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import type { TensorContext, TensorDefinition } from '../../src/registry/index.js';
import { tensors } from '../../src/tensors/index.js';
import { operandsOf } from '../support/operands.js';
import { paramsOf } from '../support/params.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu');
});
afterAll(() => engine.close());

/** Draws these numbers of [0, 1) in this order, and no more. */
class Scripted extends Random {
  constructor(private readonly numbers: number[]) {
    super('scripted');
  }

  override uniform(): number {
    const next = this.numbers.shift();
    if (next === undefined) throw new Error('Nothing is left to draw.');
    return next;
  }
}
/** Two uniform numbers by which Box-Muller draws 1 and 0, and -1 and 0. */
const [ONE, MINUS_ONE] = [
  [1 - Math.exp(-0.5), 0],
  [1 - Math.exp(-0.5), 0.5],
];

const scripted =
  (numbers: number[]): Draw =>
  (shape, fill) => {
    const values = drawn(shape, new Scripted(numbers), fill);
    expect(numbers, 'left to draw').toEqual([]);
    return engine.tf.tensor(values, [...shape]);
  };

interface Written {
  readonly type: string;
  readonly [key: string]: unknown;
}
const definitionOf = (type: string): TensorDefinition => tensors.find((each) => each.type === type)!;
const apply = (
  written: Written,
  operands: readonly Tensor[],
  context: Partial<TensorContext> = {},
): Tensor => {
  const definition = definitionOf(written.type);
  const batch = operands[0]?.shape[0] ?? 2;
  const draw: Draw = () => {
    throw new Error('It has nothing to draw.');
  };
  return definition.build(paramsOf(definition, written), { tf: engine.tf, batch, draw, ...context })(
    operands,
  );
};
const random = (shape: readonly number[], seed: string): Tensor =>
  engine.tf.tensor(new Random(seed).fillNormal(new Float32Array(sizeOf(shape))), [...shape]);
const close = (got: Tensor, wanted: readonly number[], digits = 5) => {
  const values = [...got.dataSync()];
  expect(values).toHaveLength(wanted.length);
  values.forEach((value, i) => expect(value, `value ${i}`).toBeCloseTo(wanted[i]!, digits));
};

/** `2x3: 1 2 3 4 5 6` is two rows; without values it is all zeros. */
const tensorOf = (text: string): Tensor => {
  const [sides = '', values] = text.split(': ');
  const shape = sides.split('x').map(Number);
  const numbers = values?.split(' ').map(Number) ?? new Array<number>(sizeOf(shape)).fill(0);
  return engine.tf.tensor(numbers, shape);
};

test.each<[type: string, written: object, operands: string[], drawn: number[], made: string]>([
  // The mask says whose each pixel is, and mixes where it lies between 0 and 1.
  ['blend', {}, ['1x1x2x2: 4 8 1 2', '1x1x2x2: 0 4 7 7', '1x1x2x1: 0.25 1'], [], '1x1x2x2: 1 5 1 2'],
  ['erase', {}, ['1x1x3x1: 4 8 2', '1x1x3x1: 0.25 1 0'], [], '1x1x3x1: 3 0 2'],
  ['erase', { value: -0.5 }, ['1x1x3x1: 4 8 2', '1x1x3x1: 0.25 1 0'], [], '1x1x3x1: 2.875 -0.5 2'],
  ['detach', {}, ['1x2: 3 -4'], [], '1x2: 3 -4'],
  ['grey', {}, ['1x1x4x3: 1 0 0 0 1 0 0 0 1 -1 -1 -1'], [], '1x1x4x1: 0.299 0.587 0.114 -1'],
  // One place on the way per example.
  ['interpolate', {}, ['2x2: 0 10 0 0', '2x2: 4 20 1 -1'], [0.25, 0.75], '2x2: 1 12.5 0.75 -0.75'],
  // Between two labels lies no third class.
  ['interpolate', {}, ['1x4: 1 0 0 0', '1x4: 0 0 0 1'], [0.375], '1x4: 0.625 0 0 0.375'],
  ['noise', { size: 2 }, [], [...ONE, ...MINUS_ONE], '2x2: 1 0 -1 0'],
  ['noise', { size: 2, distribution: 'uniform' }, [], [0, 0.25, 0.75, 0.5], '2x2: -1 -0.5 0.5 0'],
  ['perturb', {}, ['1x2: 3 5'], MINUS_ONE, '1x2: 2.5 5'],
  ['perturb', { deviation: 2 }, ['1x1x1x2: 3 5'], ONE, '1x1x1x2: 5 5'],
  ['normal-sample', {}, ['2x1: 3 3', `2x1: ${Math.log(4)} -40`], [...MINUS_ONE], '2x1: 1 3'],
  ['normal-sample', {}, ['1x2', '1x2'], ONE, '1x2: 1 0'],
  ['random-label', {}, ['2x4'], [0, 0.99], '2x4: 1 0 0 0 0 0 0 1'],
  ['random-label', { classes: 3 }, [], [0.34, 0.33], '2x3: 0 1 0 1 0 0'],
  // A quarter of the image, half of each side: one row down, no column; then no row, three columns.
  [
    'random-mask',
    {},
    ['2x2x6x3'],
    [0.5, 0, 0.49, 0.99],
    '2x2x6x1: 0 0 0 0 0 0 1 1 1 0 0 0 0 0 0 1 1 1 0 0 0 0 0 0',
  ],
  // Rounded to whole pixels, 2.1 rows and 1.4 columns, but at least one.
  ['random-mask', { area: 0.49 }, ['1x3x2x1'], [0.99, 0], '1x3x2x1: 0 0 1 0 1 0'],
  ['random-mask', { area: 1e-9 }, ['1x2x2x1'], [0.5, 0], '1x2x2x1: 0 0 1 0'],
  ['random-mask', { area: 1 }, ['1x1x3x1'], [0.9, 0.9], '1x1x3x1: 1 1 1'],
  // Of a pixel too much the middle lies nearer to the beginning, always.
  ['random-mask', { shape: 'center' }, ['1x3x5x3'], [], '1x3x5x1: 0 1 1 1 0 0 1 1 1 0 0 0 0 0 0'],
  ['random-mask', { shape: 'pixels', area: 0.3 }, ['2x1x2x3'], [0.3, 0.29, 0, 0.9], '2x1x2x1: 0 1 1 0'],
])('%s %j of %j, drawing %j, is %s', (type, written, operands, numbers, text) => {
  const made = apply({ type, ...written }, operands.map(tensorOf), { draw: scripted([...numbers]) });
  const wanted = tensorOf(text);
  expect(made.shape).toEqual(wanted.shape);
  close(made, [...wanted.dataSync()]);
});

describe('downscale', () => {
  // A pixel's share of each small one: by the distance of middles in small pixels, normalised; mirrored at the border.
  test.each<[string, number, number, number[]]>([
    ['area', 2, 6, [0, 0, 0, 0.5, 0, 0, 0, 0]],
    ['area', 4, 6, [0, 0.25, 0, 0]],
    ['bilinear', 2, 6, [0, 0, 0.125, 0.375, 0, 0, 0, 0]],
    ['bilinear', 2, 0, [0.5, 0, 0, 0, 0, 0, 0, 0]],
    ['bilinear', 2, 15, [0, 0, 0, 0, 0, 0, 0, 0.5]],
    // Keys' kernel with a = -0.5 is 0.8671875, 0.2265625, -0.0703125 and -0.0234375 at 1/4, 3/4, 5/4 and 7/4.
    ['bicubic', 2, 6, [0, -0.01171875, 0.11328125, 0.43359375, -0.03515625, 0, 0, 0]],
    ['bicubic', 2, 0, [0.546875, -0.046875, 0, 0, 0, 0, 0, 0]],
  ])('by %s, %i times: pixel %i of a line', (interpolation, factor, at, wanted) => {
    const { tf } = engine;
    const lines = tf.oneHot(tf.tensor1d([at, 15 - at], 'int32'), 16).toFloat();
    const both = [...wanted, ...wanted.toReversed()];
    // The other side, of a whole small pixel, is even.
    const across = tf.tile(tf.reshape(lines, [2, 1, 16, 1]), [1, factor, 1, 1]);
    const down = tf.transpose(across, [0, 2, 1, 3]);
    for (const image of [across, down])
      close(apply({ type: 'downscale', factor, interpolation }, [image]), both, 6);
  });

  test('keeps images and channels apart, by bicubic and 4 where nothing is said', () => {
    const { tf } = engine;
    const image = random([2, 6, 9, 2], 'image');
    const small = apply({ type: 'downscale', factor: 3, interpolation: 'area' }, [image]);
    close(small, [...tf.avgPool(image as Tensor4D, 3, 3, 'valid').dataSync()]);
    const [by, four] = [random([1, 8, 4, 1], 'image'), { factor: 4, interpolation: 'bicubic' }];
    close(apply({ type: 'downscale' }, [by]), [...apply({ type: 'downscale', ...four }, [by]).dataSync()]);
  });

  test.each(['area', 'bilinear', 'bicubic'])('by %s leaves an even image as it is', (interpolation) => {
    // Smaller than a kernel of bicubic: it is mirrored more than once.
    for (const side of [4, 16]) {
      const image = engine.tf.fill([1, side, 2 * side, 1], 0.3);
      close(apply({ type: 'downscale', interpolation }, [image]), new Array<number>(side ** 2 / 8).fill(0.3));
    }
  });
});

describe('edges', () => {
  /** Sobel's operator by its two kernels, of an image whose border is repeated. */
  const reference = (image: number[][][], gain: number): number[] =>
    image.flatMap((row, y) =>
      row.map((_, x) => {
        const at = (down: number, right: number) => {
          const line = image[Math.min(image.length - 1, Math.max(0, y + down))]!;
          const pixel = line[Math.min(row.length - 1, Math.max(0, x + right))]!;
          return pixel.reduce((sum, value) => sum + value) / pixel.length;
        };
        const [above, below] = [-1, 1].map((d) => at(d, -1) + 2 * at(d, 0) + at(d, 1));
        const [left, right] = [-1, 1].map((d) => at(-1, d) + 2 * at(0, d) + at(1, d));
        return Math.min(1, (gain * Math.hypot(below! - above!, right! - left!)) / 4 - 1);
      }),
    );

  test.each([{}, { gain: 3 }])('with %j are the length of Sobel’s slope of the mean channel', (written) => {
    const image = random([2, 4, 5, 3], 'image');
    const [first, second] = image.arraySync() as number[][][][];
    const gain = written.gain ?? 1;
    const wanted = [...reference(first!, gain), ...reference(second!, gain)];
    expect(wanted.some((value) => value === 1)).toBe(gain === 3);
    close(apply({ type: 'edges', ...written }, [image]), wanted);
  });

  test('are 1 at an upright step from -1 to 1, -1 where the image is flat, and have a slope there', () => {
    const { tf } = engine;
    const step = tf.tile(tf.tensor4d([-1, -1, 1, 1, 1], [1, 1, 5, 1]), [1, 3, 1, 3]);
    const row = [-1, 1, 1, -1, -1];
    close(apply({ type: 'edges' }, [step]), [...row, ...row, ...row]);
    const slope = tf.grad((x: Tensor) => tf.sum(apply({ type: 'edges' }, [x])))(tf.zeros([1, 2, 2, 3]));
    expect([...slope.dataSync()].every(Number.isFinite)).toBe(true);
  });
});

describe('image-pool', () => {
  test('hands on what it keeps until it is full, then swaps by a coin for a random one', () => {
    const { tf } = engine;
    const [size, batch] = [3, 2];
    const written = { type: 'image-pool', size };
    const definition = definitionOf('image-pool');
    const stateOf = (params: object) => definition.state!(paramsOf(definition, { ...params }), [[1, 1, 2]]);
    expect(stateOf(written)).toEqual({ images: [3, 1, 1, 2], count: [] });
    expect(stateOf({})).toEqual({ images: [50, 1, 1, 2], count: [] });
    const state: Record<string, Variable> = {
      images: tf.variable(tf.zeros([size, 1, 1, 2])),
      count: tf.variable(tf.scalar(0)),
    };
    // Per step: what comes, a coin and a place for each image, what is handed on and what is kept; 7 stands for [7, -7].
    const steps: [number[], number[], number[], number[]][] = [
      [
        [1, 2],
        [0, 0, 0, 0],
        [1, 2],
        [1, 2, 0],
      ],
      // The fourth finds the pool full, and changes places with the third one in it: the one before it.
      [
        [3, 4],
        [0, 0, 0.49, 0.99],
        [3, 3],
        [1, 2, 4],
      ],
      // A coin of 1/2 and above hands on.
      [
        [5, 6],
        [0.5, 0, 0.2, 0.34],
        [5, 2],
        [1, 6, 4],
      ],
      // Both want one place: the second gets the first.
      [
        [7, 8],
        [0.1, 0, 0.1, 0.33],
        [1, 7],
        [8, 6, 4],
      ],
    ];
    const pairs = (names: number[]): number[] =>
      names.flatMap((name) => (name === 0 ? [0, 0] : [name, -name]));
    for (const [of, numbers, out, kept] of steps) {
      const image = tf.tensor(pairs(of), [batch, 1, 1, 2]);
      // In samples and evaluation it is handed on as it is.
      expect(apply(written, [image])).toBe(image);
      const made = apply(written, [image], { state, draw: scripted([...numbers]) });
      expect(made.shape).toEqual(image.shape);
      close(made, pairs(out));
      close(state['images']!, pairs(kept));
    }
    expect(state['count']!.dataSync()[0]).toBe(3);
  });
});

describe('what a tensor says of itself', () => {
  test.each(tensors.map((definition) => [definition.type, definition] as const))('%s', (type, definition) => {
    const draw: Draw = (shape, fill) => engine.tf.tensor(drawn(shape, new Random('draw'), fill), [...shape]);
    const shapes: readonly Shape[] = operandsOf(definition).taken[0]!;
    const made = ['one', 'other'].map((seed) => {
      const operands = shapes.map((shape, i) => random([2, ...shape], `${seed} ${i}`));
      return apply(definition.example as unknown as Written, operands, { draw });
    });
    const [one, other] = made.map((tensor) => [...tensor.dataSync()]);
    const isShown = definition.operands.length > 0 && definition.readsShapes !== true;
    expect(isShown, 'follows its operands').toBe(one!.some((value, i) => value !== other![i]));
    const last = made[0]!.shape.at(-1)!;
    const isBinary = one!.every((value) => value === 0 || value === 1);
    expect(definition.isMask === true, 'mask').toBe(isBinary && made[0]!.rank === 4 && last === 1);
    expect(definition.isClass === true, 'class').toBe(isBinary && made[0]!.rank === 2);
    // Gradients go through what follows its operands, but where stopping them is the purpose.
    expect(definition.stopsGradient).toBe(!isShown || ['detach', 'image-pool'].includes(type));
  });
});

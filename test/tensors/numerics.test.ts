import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Draw, drawn } from '../../src/core/draw.js';
import { UserError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { type Shape, sizeOf } from '../../src/core/shape.js';
import type { Case } from '../../src/engine/conformance/case.js';
import { evaluate, type Result } from '../../src/engine/conformance/evaluate.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import type { TensorDefinition } from '../../src/registry/index.js';
import { tensors } from '../../src/tensors/index.js';
import { expectGradient } from '../support/gradients.js';
import { operandsOf } from '../support/operands.js';
import { paramsOf } from '../support/params.js';

const BATCH = 3;

/** Each type with the operands that it takes, and those that it refuses. */
const cases = tensors.map((definition) => [definition.type, definition, operandsOf(definition)] as const);

describe.each(['cpu', 'ort'])('every tensor on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });
  afterAll(() => engine.close());

  const random = (shape: readonly number[], seed: string): Tensor =>
    engine.tf.tensor(new Random(seed).fillNormal(new Float32Array(sizeOf(shape))), [...shape]);
  const valuesOf = (shapes: readonly Shape[]): Tensor[] =>
    shapes.map((shape, i) => random([BATCH, ...shape], `operand ${i}`));

  /** As a step draws: by its number, who draws, and what for. */
  const drawOf =
    (step: number, seen?: string[]): Draw =>
    (shape, fill, what = '') => {
      seen?.push(what);
      return engine.tf.tensor(drawn(shape, new Random('step', step, what), fill), [...shape]);
    };

  const run = (
    definition: TensorDefinition,
    operands: readonly Tensor[],
    {
      written = definition.example,
      draw = drawOf(1),
    }: { written?: Readonly<Record<string, unknown>>; draw?: Draw } = {},
  ): Tensor =>
    definition.build(paramsOf(definition, written), { tf: engine.tf, batch: BATCH, draw })(operands);

  test.each(cases)('%s: planned shape is the real one', (_type, definition, { taken }) => {
    expect(taken.length).toBeGreaterThan(0);
    for (const shapes of taken) {
      const planned = definition.shape(paramsOf(definition, definition.example), shapes);
      engine.tf.tidy(() => {
        expect(run(definition, valuesOf(shapes)).shape, shapes.join(' ')).toEqual([BATCH, ...planned]);
      });
    }
  });

  test.each(cases)('%s: draws the same in the same step, else otherwise', (_type, definition, { taken }) => {
    const { tf } = engine;
    const start = tf.memory().numTensors;
    const seen: string[] = [];
    const operands = valuesOf(taken[0]!);
    const made = tf.tidy(() =>
      [1, 1, 2].map((step) => run(definition, operands, { draw: drawOf(step, seen) })),
    );
    const [first, again, next] = made.map((tensor) => [...tensor.dataSync()]);
    expect(first!.every(Number.isFinite)).toBe(true);
    expect(again).toEqual(first);
    if (seen.length > 0) expect(next).not.toEqual(first);
    else expect(next).toEqual(first);
    // Several draws of one tensor would be equal without a purpose each.
    const each = seen.slice(0, seen.length / made.length);
    expect(new Set(each).size).toBe(each.length);
    tf.dispose([...operands, ...new Set(made)]);
    expect(tf.memory().numTensors).toBe(start);
  });

  // Finite differences take many runs, each an ONNX graph of its own on ort: its gradients are held against cpu's below.
  test.runIf(name === 'cpu').each(cases.filter(([, definition]) => !definition.stopsGradient))(
    '%s: gradient by every operand matches finite differences',
    (_type, definition, { taken }) => {
      const { tf } = engine;
      for (const shapes of taken) {
        const operands = valuesOf(shapes);
        const weights = random(run(definition, operands).shape, 'weights');
        operands.forEach((operand, i) =>
          expectGradient(
            tf,
            (x) => tf.sum<Scalar>(tf.mul(run(definition, operands.with(i, x)), weights)),
            operand,
          ),
        );
      }
    },
  );
});

describe('ort against cpu', () => {
  test.each(cases)('%s: values and gradients are the same', async (_type, definition, { taken }) => {
    const params = paramsOf(definition, definition.example);
    const each: Case = {
      name: definition.type,
      inputs: taken[0]!.map((shape) => [BATCH, ...shape]),
      order: definition.stopsGradient ? 0 : 1,
      run: ({ tf }, ...operands) => {
        const draw: Draw = (shape, fill) => tf.tensor(drawn(shape, new Random('draw'), fill), [...shape]);
        return tf.clone(definition.build(params, { tf, batch: BATCH, draw })(operands));
      },
    };
    const results: Result[][] = [];
    for (const name of ['cpu', 'ort']) {
      const engine = await openEngine(name);
      results.push(await evaluate(engine, each));
      engine.close();
    }
    const [wanted, made] = results;
    expect(made!.map(({ what, shape }) => [what, shape])).toEqual(
      wanted!.map(({ what, shape }) => [what, shape]),
    );
    made!.forEach(({ values }, k) =>
      Array.from(values).forEach((value, i) => expect(value).toBeCloseTo(wanted![k]!.values[i]!, 4)),
    );
  });
});

describe('what a tensor cannot take', () => {
  const [image, mask, vector]: Shape[] = [[8, 12, 3], [8, 12, 1], [5]];
  test.each<[type: string, taken: Shape[], ...refused: Shape[][]]>([
    [
      'blend',
      [image!, image!, mask!],
      [image!, mask!, mask!],
      [image!, image!, image!],
      [image!, image!, [12, 8, 1]],
    ],
    ['downscale', [image!], [[8, 10, 3]], [[10, 8, 3]], [vector!]],
    ['edges', [image!], [vector!]],
    ['erase', [image!, mask!], [image!, image!], [image!, [8, 8, 1]], [vector!, vector!]],
    ['grey', [image!], [mask!], [[8, 12, 4]], [vector!]],
    ['interpolate', [vector!, vector!], [image!, mask!], [vector!, [6]]],
    ['normal-sample', [vector!, vector!], [vector!, [6]], [vector!, mask!]],
    ['random-label', [vector!], [mask!], []],
    ['random-mask', [image!], [vector!]],
  ])('%s takes %j, and not %j', (type, taken, ...refused) => {
    const definition = tensors.find((each) => each.type === type)!;
    const plan = (shapes: Shape[]) => () =>
      definition.shape(paramsOf(definition, definition.example), shapes);
    expect(plan(taken)).not.toThrow();
    for (const shapes of refused)
      expect(plan(shapes), shapes.join(' ')).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  test('random-label has as many classes as are said, where no field has them', () => {
    const definition = tensors.find(({ type }) => type === 'random-label')!;
    expect(definition.shape({ classes: 7 }, [])).toEqual([7]);
  });

  const message = (type: string, written: object, ...shapes: Shape[]): string => {
    const definition = tensors.find((each) => each.type === type)!;
    try {
      definition.shape(paramsOf(definition, { ...definition.example, ...written }), shapes);
    } catch (error) {
      if (error instanceof UserError) return `${error.message} ${error.remedy ?? ''}`.trim();
    }
    throw new Error('It plans, or fails otherwise.');
  };

  test('says what is wrong', () => {
    expect(message('downscale', { factor: 4 }, [30, 32, 3])).toBe(
      '30x32x3 cannot be made 4 times smaller. Height and width must be multiples of `factor`.',
    );
    expect(message('edges', {}, [8])).toBe(
      'An edges takes one image (height x width x channels), but gets a vector of 8. In a network, a dense layer and a reshape turn a vector into an image.',
    );
    expect(message('blend', {}, [8, 8, 3], [8, 8, 1], [8, 8, 1])).toBe(
      'blend takes two tensors of the same shape, but gets 8x8x3 and 8x8x1. Resize one of them, or give both sources the same `size` and both fields the same channels.',
    );
    expect(message('erase', {}, [8, 8, 3], [8, 8, 3])).toBe(
      '8x8x3 is not a mask of 8x8x3. A mask has the image’s height and width and one channel: 8x8x1.',
    );
    expect(message('random-label', {}, [8, 8, 3])).toBe(
      'random-label takes the number of classes from a vector, but gets 8x8x3. Name a field that is read `from: class`.',
    );
    const counts = 'Set either `of`, a field of classes, or `classes`, their number.';
    expect(message('random-label', {})).toBe(`random-label needs the number of classes. ${counts}`);
    expect(message('random-label', { classes: 5 }, [5])).toBe(
      `random-label has both \`of\` and \`classes\`. ${counts}`,
    );
  });
});

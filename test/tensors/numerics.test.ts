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

  const one = (type: string) => tensors.find((definition) => definition.type === type)!;
  const apply = (written: { type: string; [key: string]: unknown }, ...operands: Tensor[]): Tensor =>
    run(one(written.type), operands, { written });
  const close = (a: Tensor, b: Tensor, digits = 5) => {
    expect(a.shape).toEqual(b.shape);
    const wanted = b.dataSync();
    a.dataSync().forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, digits));
  };

  test('interpolate stays on the segment, at one place per example', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const [of, to] = [random([BATCH, 4, 5, 2], 'of'), random([BATCH, 4, 5, 2], 'to')];
      const made = apply({ type: 'interpolate', of: 'a', to: 'b' }, of, to);
      const share = tf.div(
        tf.sum(tf.mul(tf.sub(made, of), tf.sub(to, of)), [1, 2, 3]),
        tf.sum(tf.square(tf.sub(to, of)), [1, 2, 3]),
      );
      const shares = [...share.dataSync()];
      expect(new Set(shares.map((value) => value.toFixed(4))).size).toBe(BATCH);
      shares.forEach((value) => expect(value >= 0 && value <= 1).toBe(true));
      close(made, tf.add(of, tf.mul(tf.reshape(share, [BATCH, 1, 1, 1]), tf.sub(to, of))));
    });
  });

  test('downscale by area is the mean of each block', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const image = random([BATCH, 6, 9, 2], 'image');
      const small = apply({ type: 'downscale', of: 'a', factor: 3, interpolation: 'area' }, image);
      close(small, tf.avgPool(image as never, 3, 3, 'valid'));
    });
  });

  test.each(['area', 'bilinear', 'bicubic'])(
    'downscale by %s leaves an even image as it is',
    (interpolation) => {
      const { tf } = engine;
      tf.tidy(() => {
        // Smaller than a kernel of bicubic: it is mirrored more than once.
        for (const side of [4, 16]) {
          const small = apply(
            { type: 'downscale', of: 'a', factor: 4, interpolation },
            tf.fill([BATCH, side, 2 * side, 1], 0.3),
          );
          close(small, tf.fill([BATCH, side / 4, side / 2, 1], 0.3));
        }
      });
    },
  );

  test.each(['bilinear', 'bicubic'])(
    'downscale by %s keeps a slope away from the border',
    (interpolation) => {
      const { tf } = engine;
      tf.tidy(() => {
        const slope = tf.tile(tf.reshape(tf.linspace(-1, 1, 32), [1, 1, 32, 1]), [BATCH, 4, 1, 1]);
        const small = apply({ type: 'downscale', of: 'a', factor: 2, interpolation }, slope);
        const wanted = tf.avgPool(slope as never, 2, 2, 'valid') as Tensor;
        close(
          tf.slice(small, [0, 0, 2, 0], [BATCH, 2, 12, 1]),
          tf.slice(wanted, [0, 0, 2, 0], [BATCH, 2, 12, 1]),
        );
      });
    },
  );

  test('downscale by bicubic weighs a line as Keys’ kernel of twice the width', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const spot = tf.tensor4d([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 16, 1]);
      const image = tf.tile(spot, [BATCH, 2, 1, 1]);
      const small = apply({ type: 'downscale', of: 'a', factor: 2, interpolation: 'bicubic' }, image);
      const line = tf.slice(small, [0, 0, 0, 0], [1, 1, 8, 1]).dataSync();
      // k(d) / 2 at d = 1.75, 0.75, 0.25, 1.25: the pixel lies between the middles of the third and fourth small one.
      [0, -0.01171875, 0.11328125, 0.43359375, -0.03515625, 0, 0, 0].forEach((value, i) =>
        expect(line[i]).toBeCloseTo(value, 6),
      );
    });
  });

  test('grey weighs red, green and blue by BT.601, and white stays white', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const colours = tf.tensor4d([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, -1, -1, -1], [1, 1, 5, 3]);
      const made = apply({ type: 'grey', of: 'a' }, tf.tile(colours, [BATCH, 1, 1, 1]));
      close(made, tf.tile(tf.tensor4d([0.299, 0.587, 0.114, 1, -1], [1, 1, 5, 1]), [BATCH, 1, 1, 1]));
    });
  });

  test('edges are 1 beside a step from black to white, half at half the step, and -1 elsewhere', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const step = tf.tile(tf.tensor4d([-1, -1, -1, 1, 1, 1], [1, 1, 6, 1]), [BATCH, 5, 1, 3]);
      const wanted = tf.tile(tf.tensor4d([-1, -1, 1, 1, -1, -1], [1, 1, 6, 1]), [BATCH, 5, 1, 1]);
      close(apply({ type: 'edges', of: 'a' }, step), wanted);
      const turned = tf.transpose(step, [0, 2, 1, 3]);
      close(apply({ type: 'edges', of: 'a' }, turned), tf.transpose(wanted, [0, 2, 1, 3]));
      const weak = tf.mul(step, 0.5);
      close(apply({ type: 'edges', of: 'a' }, weak), tf.div(tf.sub(wanted, 1), 2));
      close(apply({ type: 'edges', of: 'a', gain: 2 }, weak), wanted);
      const slope = tf
        .grad((x: Tensor) => tf.sum(apply({ type: 'edges', of: 'a' }, x)))(tf.zeros([BATCH, 5, 6, 3]))
        .dataSync();
      expect([...slope].every(Number.isFinite), 'slope of a flat image').toBe(true);
    });
  });

  test('random-mask: a box of the asked share, each pixel some time inside', () => {
    const { tf } = engine;
    const image = tf.zeros([BATCH, 8, 12, 3]);
    const reached = new Set<number>();
    for (let step = 1; step <= 200; step++) {
      const mask = run(one('random-mask'), [image], { draw: drawOf(step) });
      const values = mask.dataSync();
      mask.dispose();
      for (let i = 0; i < BATCH; i++) {
        const inside = [...values.slice(i * 96, (i + 1) * 96)].flatMap((value, k) => {
          return value === 0 ? [] : [k];
        });
        inside.forEach((k) => reached.add(k));
        expect(inside.map((k) => values[i * 96 + k])).toEqual(new Array<number>(4 * 6).fill(1));
        const rows = new Set(inside.map((k) => Math.floor(k / 12)));
        const columns = new Set(inside.map((k) => k % 12));
        expect([rows.size, columns.size]).toEqual([4, 6]);
      }
    }
    expect(reached.size).toBe(96);
    tf.dispose(image);
  });

  test('random-mask: the whole image, at least a pixel, and pixels of the asked share', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const image = tf.zeros([BATCH, 40, 50, 3]);
      const share = (written: object) =>
        tf.mean(apply({ type: 'random-mask', of: 'a', ...written }, image)).dataSync()[0]!;
      expect(share({ area: 1 })).toBe(1);
      expect(share({ area: 1e-9 })).toBeCloseTo(1 / 2000, 6);
      // 6000 draws: five standard deviations.
      expect(Math.abs(share({ shape: 'pixels', area: 0.3 }) - 0.3)).toBeLessThan(0.03);
    });
  });

  test('random-mask: a box in the middle, in every step', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const image = tf.zeros([BATCH, 8, 8, 3]);
      const mask = apply({ type: 'random-mask', of: 'a', shape: 'center' }, image);
      const wanted = tf.pad(tf.ones([BATCH, 4, 4, 1]), [
        [0, 0],
        [2, 2],
        [2, 2],
        [0, 0],
      ]);
      close(mask, wanted);
    });
  });

  test('erase and blend: the mask says whose each pixel is', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const [made, photo] = [random([BATCH, 4, 5, 3], 'made'), random([BATCH, 4, 5, 3], 'photo')];
      const mask = tf.cast(tf.greater(random([BATCH, 4, 5, 1], 'mask'), 0), 'float32');
      const inside = tf.tile(mask, [1, 1, 1, 3]);
      const choose = (of: Tensor) => tf.where(tf.cast(inside, 'bool'), of, photo);
      close(apply({ type: 'blend', of: 'a', to: 'b', where: 'm' }, made, photo, mask), choose(made));
      close(apply({ type: 'erase', of: 'b', where: 'm' }, photo, mask), choose(tf.zeros([BATCH, 4, 5, 3])));
      const white = apply({ type: 'erase', of: 'b', where: 'm', value: 1 }, photo, mask);
      close(white, choose(tf.ones([BATCH, 4, 5, 3])));
    });
  });

  test('random-label: one-hot, of every class alike', () => {
    const { tf } = engine;
    const label = tf.zeros([BATCH, 5]);
    const counts = new Array<number>(5).fill(0);
    for (let step = 1; step <= 400; step++) {
      const made = run(one('random-label'), [label], { draw: drawOf(step) });
      const values = [...made.dataSync()];
      made.dispose();
      for (let i = 0; i < BATCH; i++) {
        const row = values.slice(5 * i, 5 * i + 5);
        expect([...row].sort()).toEqual([0, 0, 0, 0, 1]);
        counts[row.indexOf(1)]! += 1;
      }
    }
    // Of 1200 draws 240 each, with a standard deviation of 14.
    counts.forEach((count) => expect(Math.abs(count - 240)).toBeLessThan(70));
    tf.dispose(label);
  });

  test('random-label: as many classes as are said, where no field has them', () => {
    const { tf } = engine;
    const made = tf.tidy(() => apply({ type: 'random-label', classes: 7 }));
    expect(made.shape).toEqual([BATCH, 7]);
    expect([...tf.sum(made, -1).dataSync()]).toEqual([1, 1, 1]);
    tf.dispose(made);
  });

  test('perturb: noise of the asked deviation about the values', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const of = random([BATCH, 4000], 'of');
      const noise = tf.sub(apply({ type: 'perturb', of: 'a', deviation: 0.5 }, of), of);
      const { mean, variance } = tf.moments(noise);
      // 12000 draws: five standard deviations.
      expect(Math.abs(mean.dataSync()[0]!)).toBeLessThan(0.025);
      expect(Math.abs(variance.dataSync()[0]! - 0.25)).toBeLessThan(0.02);
    });
  });

  test('normal-sample has the named mean and variance', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const size = 4000;
      const variance = Math.log(0.25);
      const made = apply(
        { type: 'normal-sample', mean: 'm', log_variance: 'v' },
        tf.fill([BATCH, size], 2),
        tf.fill([BATCH, size], variance),
      );
      const moments = tf.moments(made);
      expect(moments.mean.dataSync()[0]).toBeCloseTo(2, 1);
      expect(Math.abs(moments.variance.dataSync()[0]! - 0.25)).toBeLessThan(0.02);
      const certain = apply(
        { type: 'normal-sample', mean: 'm', log_variance: 'v' },
        tf.fill([BATCH, 4], 2),
        tf.fill([BATCH, 4], -60),
      );
      close(certain, tf.fill([BATCH, 4], 2));
    });
  });

  test('noise: N(0, 1), or U(-1, 1)', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const variance = (written: object): [number, number] => {
        const made = apply({ type: 'noise', size: 4000, ...written });
        return [tf.moments(made).variance.dataSync()[0]!, tf.max(tf.abs(made)).dataSync()[0]!];
      };
      const [normal, far] = variance({});
      expect(Math.abs(normal - 1)).toBeLessThan(0.07);
      expect(far).toBeGreaterThan(2.5);
      const [uniform, near] = variance({ distribution: 'uniform' });
      expect(Math.abs(uniform - 1 / 3)).toBeLessThan(0.02);
      expect(near).toBeLessThanOrEqual(1);
      expect(near).toBeGreaterThan(0.99);
    });
  });
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
  test.each(cases.filter(([, , { refused }]) => refused.length > 0))(
    '%s: is refused with what came',
    (_type, definition, { refused }) => {
      for (const shapes of refused) {
        const plan = () => definition.shape(paramsOf(definition, definition.example), shapes);
        expect(plan).toThrow(UserError);
        expect(plan).toThrow(/\d+(x\d+)*/);
      }
    },
  );

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

import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawn } from '../../src/core/draw.js';
import { Random } from '../../src/core/random.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { losses } from '../../src/losses/index.js';
import { ssim as ssimMetric } from '../../src/metrics/ssim.js';
import type { PenaltyCall, ScoreFunction } from '../../src/registry/index.js';
import { expectGradient } from '../support/gradients.js';
import { paramsOf } from '../support/params.js';

describe('losses', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('cpu');
  });
  afterAll(() => engine.close());

  /** Values of every part of a score loss at the given scores. */
  const scored = (
    type: string,
    scores: number[],
    kind: 'logits' | 'probabilities' = 'logits',
    params: Record<string, unknown> = {},
  ) => {
    const definition = losses.find((loss) => loss.type === type)!;
    if (definition.operands !== 'scores') throw new Error(`${type} takes no scores`);
    const parts = definition.build(paramsOf(definition, params), { tf: engine.tf, scores: kind });
    const x = engine.tf.tensor(scores);
    const at = (part: ScoreFunction): number[] => [...part(x, x).dataSync()];
    return { real: at(parts.real), fake: at(parts.fake), fool: at(parts.fool) };
  };
  const close = (got: number[], wanted: number[]) => {
    expect(got).toHaveLength(wanted.length);
    got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5));
  };

  test('bce is -log sigmoid and -log(1 - sigmoid), finite for any logit', () => {
    const { real, fake, fool } = scored('bce', [0, 2, -2]);
    close(real, [Math.log(2), Math.log1p(Math.exp(-2)), Math.log1p(Math.exp(2))]);
    close(fake, [Math.log(2), Math.log1p(Math.exp(2)), Math.log1p(Math.exp(-2))]);
    expect(fool).toEqual(real);
    close(scored('bce', [1000, -1000]).real, [0, 1000]);
  });

  test('bce of probabilities equals bce of their logits', () => {
    const logits = [0, 1.5, -3];
    const probabilities = logits.map((x) => 1 / (1 + Math.exp(-x)));
    close(scored('bce', probabilities, 'probabilities').real, scored('bce', logits).real);
    close(scored('bce', probabilities, 'probabilities').fake, scored('bce', logits).fake);
    expect(scored('bce', [0, 1], 'probabilities').real.every(Number.isFinite)).toBe(true);
  });

  test('lsgan pulls to 1 and 0', () => {
    const { real, fake, fool } = scored('lsgan', [0.25, 3]);
    close(real, [0.5625, 4]);
    close(fake, [0.0625, 9]);
    close(fool, [0.5625, 4]);
  });

  test('hinge stops beyond the margin; G is paid by the score itself', () => {
    const { real, fake, fool } = scored('hinge', [-2, 0.5, 2]);
    close(real, [3, 0.5, 0]);
    close(fake, [0, 1.5, 3]);
    close(fool, [2, -0.5, -2]);
  });

  test.each([
    ['l1', [0.5, 2]],
    ['l2', [0.25, 4]],
  ])('%s', (type, wanted) => {
    const definition = losses.find((loss) => loss.type === type)!;
    if (definition.operands !== 'difference') throw new Error(`${type} is no difference`);
    const { tf } = engine;
    const difference = definition.build(paramsOf(definition, {}), { tf, scores: 'logits' });
    close([...difference(tf.tensor([1, -1]), tf.tensor([0.5, 1])).dataSync()], wanted);
  });

  test('bce with one-sided label smoothing asks D for 1 - smoothing, and G for the same as ever', () => {
    const { real, fake, fool } = scored('bce', [1.5], 'logits', { label_smoothing: 0.1 });
    const [isReal, isFake] = [Math.log1p(Math.exp(-1.5)), Math.log1p(Math.exp(1.5))];
    close(real, [0.9 * isReal + 0.1 * isFake]);
    close(fake, [isFake]);
    close(fool, [isReal]);
    const s = 1 / (1 + Math.exp(-1.5));
    close(scored('bce', [s], 'probabilities', { label_smoothing: 0.1 }).real, real);
  });

  test('wgan spreads the scores apart', () => {
    expect(scored('wgan', [2, -3])).toEqual({ real: [-2, 3], fake: [2, -3], fool: [-2, 3] });
  });

  test('relativistic compares with the mean of the other side, or with its partner', () => {
    const definition = losses.find((loss) => loss.type === 'relativistic')!;
    if (definition.operands !== 'scores') throw new Error('It takes scores.');
    const { tf } = engine;
    const [real, fake] = [tf.tensor([3, 1]), tf.tensor([0, -1])];
    const values = (params: Readonly<Record<string, unknown>>) => {
      const parts = definition.build(paramsOf(definition, params), { tf, scores: 'logits' });
      return {
        real: [...parts.real(real, fake).dataSync()],
        fake: [...parts.fake(fake, real).dataSync()],
        fool: [...parts.fool(fake, real).dataSync()],
      };
    };
    const softplus = (x: number) => Math.log1p(Math.exp(x));
    // Means: 2 of the real ones, -0.5 of the fakes.
    const bce = values({});
    close(bce.real, [softplus(-3.5), softplus(-1.5)]);
    close(bce.fake, [softplus(-2), softplus(-3)]);
    close(bce.fool, [softplus(2), softplus(3)]);
    const lsgan = values({ measure: 'lsgan' });
    close(lsgan.real, [2.5 ** 2, 0.5 ** 2]);
    close(lsgan.fake, [1, 4]);
    close(lsgan.fool, [9, 16]);
    const hinge = values({ measure: 'hinge' });
    close(hinge.real, [0, 0]);
    close(hinge.fool, [3, 4]);
    const pair = values({ against: 'pair' });
    close(pair.real, [softplus(-3) / 2, softplus(-2) / 2]);
    close(pair.fake, pair.real);
    close(pair.fool, [softplus(3) / 2, softplus(2) / 2]);
  });

  const valueOf = (type: string, of: Tensor, to: Tensor, params: Record<string, unknown> = {}): number => {
    const definition = losses.find((loss) => loss.type === type)!;
    if (definition.operands !== 'difference') throw new Error(`${type} is no difference`);
    const compare = definition.build(paramsOf(definition, params), { tf: engine.tf, scores: 'logits' });
    return engine.tf.mean(compare(of, to)).dataSync()[0]!;
  };
  /** Of a loss whose operands are its own. */
  const valueAlone = (type: string, values: Readonly<Record<string, Tensor>>): number => {
    const definition = losses.find((loss) => loss.type === type)!;
    if (definition.operands !== 'values') throw new Error(`${type} takes operands of its own`);
    const evaluate = definition.build(paramsOf(definition, {}), { tf: engine.tf, scores: 'logits' });
    return engine.tf.mean(evaluate(values)).dataSync()[0]!;
  };

  test('charbonnier is epsilon at 0 and the distance far from it', () => {
    const { tf } = engine;
    expect(valueOf('charbonnier', tf.tensor([2]), tf.tensor([2]), { epsilon: 0.1 })).toBeCloseTo(0.1, 6);
    expect(valueOf('charbonnier', tf.tensor([5]), tf.tensor([2]), { epsilon: 0.1 })).toBeCloseTo(
      Math.sqrt(9.01),
      5,
    );
  });

  test('cross-entropy is -log softmax of the label, also of huge logits, and of every pixel', () => {
    const { tf } = engine;
    const logits = tf.tensor([[1, 2, 3]]);
    const sum = Math.exp(1) + Math.exp(2) + Math.exp(3);
    const second = tf.tensor([[0, 1, 0]]);
    expect(valueOf('cross-entropy', logits, second)).toBeCloseTo(Math.log(sum) - 2, 5);
    // 0.1 of the label spread: 0.9333 on the second, 0.0333 on each other.
    expect(valueOf('cross-entropy', logits, second, { label_smoothing: 0.1 })).toBeCloseTo(
      Math.log(sum) - (0.9 * 2 + (0.1 * 6) / 3),
      5,
    );
    expect(valueOf('cross-entropy', tf.tensor([[1000, 0, 0]]), second)).toBeCloseTo(1000, 2);
    const pixels = tf.tensor([1, 2, 3, 3, 2, 1], [1, 1, 2, 3]);
    const labels = tf.tensor([0, 1, 0, 1, 0, 0], [1, 1, 2, 3]);
    expect(valueOf('cross-entropy', pixels, labels)).toBeCloseTo(Math.log(sum) - 2.5, 5);
  });

  test('patch-nce is the cross-entropy of telling one’s own place by directions', () => {
    const { tf } = engine;
    // Two places: the first points along its source, the second half way between the two.
    const of = tf.tensor([3, 0, 1, 1], [1, 1, 2, 2]);
    const to = tf.tensor([2, 0, 0, 5], [1, 1, 2, 2]);
    const temperature = 0.5;
    const nearest = Math.log(1 + Math.exp((0 - 1) / temperature));
    expect(valueOf('patch-nce', of, to, { temperature })).toBeCloseTo((nearest + Math.LN2) / 2, 5);
    // Images of a batch are not each other's wrong places.
    const twice = (x: Tensor) => tf.concat([x, x]);
    expect(valueOf('patch-nce', twice(of), twice(to), { temperature })).toBeCloseTo(
      (nearest + Math.LN2) / 2,
      5,
    );
  });

  test('kl is 0 of the standard normal distribution', () => {
    const { tf } = engine;
    expect(valueAlone('kl', { mean: tf.zeros([1, 2]), log_variance: tf.zeros([1, 2]) })).toBe(0);
    const [mean, log_variance] = [tf.tensor([[1, -2]]), tf.tensor([[0, 1]])];
    expect(valueAlone('kl', { mean, log_variance })).toBeCloseTo((1 + (4 + Math.E - 2)) / 4, 5);
  });

  const image = (values: number[], height: number, width: number): Tensor =>
    engine.tf.tensor(values, [1, height, width, 1]);

  test('total-variation adds the mean steps downwards and to the right', () => {
    // Downwards 3 and 3, to the right 1, 1, 1, 1 (rows 0 1 2 and 3 4 5).
    expect(valueAlone('total-variation', { of: image([0, 1, 2, 3, 4, 5], 2, 3) })).toBeCloseTo(4, 6);
  });

  test('gradient-difference compares steps, not brightness nor their direction', () => {
    const ramp = image([0, 1, 2, 3, 4, 5], 2, 3);
    expect(valueOf('gradient-difference', ramp, image([9, 10, 11, 12, 13, 14], 2, 3))).toBe(0);
    expect(valueOf('gradient-difference', ramp, image([5, 4, 3, 2, 1, 0], 2, 3))).toBe(0);
    const flat = image([0, 0, 0, 0, 0, 0], 2, 3);
    expect(valueOf('gradient-difference', ramp, flat)).toBeCloseTo(3 + 1, 6);
    expect(valueOf('gradient-difference', ramp, flat, { alpha: 2 })).toBeCloseTo(9 + 1, 6);
  });

  test('ssim is one minus the metric, and refuses what its window does not fit', () => {
    const [height, width] = [17, 14];
    const paint = (seed: string): Uint8Array => {
      const random = new Random(seed);
      return Uint8Array.from({ length: height * width * 3 }, (_, i) => (i * 2 + random.integer(60)) % 256);
    };
    const [a, b] = [paint('a'), paint('b')];
    const picture = (data: Uint8Array) => ({ width, height, channels: 3 as const, data });
    const metric = ssimMetric.build({}, { fileOf: (path) => path })(picture(a), picture(b));
    const tensor = (data: Uint8Array) =>
      engine.tf.tensor(
        Float32Array.from(data, (x) => x / 127.5 - 1),
        [1, height, width, 3],
      );
    expect(metric).toBeGreaterThan(0.2);
    expect(valueOf('ssim', tensor(a), tensor(b))).toBeCloseTo(1 - metric, 4);
    expect(valueOf('ssim', tensor(a), tensor(a))).toBeCloseTo(0, 5);
    const definition = losses.find((loss) => loss.type === 'ssim');
    if (definition?.operands !== 'difference') throw new Error('ssim is no difference');
    expect(() => definition.check?.({ window: 11 }, [10, 64, 3])).toThrow(/11x11 pixels, not 10x64x3/);
  });

  /** A penalty's mean of what a small network does at x, as the trainer takes it: differentiable in the weights. */
  const penalty = (
    type: string,
    network: (x: Tensor) => Tensor,
    x: Tensor,
    more: Partial<PenaltyCall> = {},
  ) => {
    const { tf } = engine;
    const definition = losses.find((loss) => loss.type === type)!;
    if (definition.operands !== 'penalty') throw new Error(`${type} is no penalty`);
    const { objective, penalise } = definition.build(paramsOf(definition, {}), { tf, scores: 'logits' });
    const call: PenaltyCall = {
      draw: (shape, fill) => tf.tensor(drawn(shape, new Random('draw'), fill), [...shape]),
      constant: (f) => f(),
      ...more,
    };
    const value = (at: Tensor): Scalar => (objective ? objective(network(at), call) : tf.sum(network(at)));
    return tf.mean<Scalar>(penalise(tf.grad((at: Tensor) => value(at))(x), call));
  };

  test('penalties of a linear critic, whose gradient is its weights', () => {
    const { tf } = engine;
    const x = tf.tensor([
      [1, 2],
      [3, -4],
    ]);
    const linear = (at: Tensor): Tensor => tf.sum(tf.mul(at, tf.tensor([3, 4])), 1);
    expect(penalty('gradient-penalty', linear, x).dataSync()[0]).toBeCloseTo((5 - 1) ** 2, 4);
    expect(penalty('r1', linear, x).dataSync()[0]).toBeCloseTo(25 / 2, 4);
    // d sum(at^2) / d at = 2 at: norms 2 sqrt(5) and 10.
    const square = (at: Tensor): Tensor => tf.sum(tf.square(at), 1);
    expect(penalty('r1', square, x).dataSync()[0]).toBeCloseTo((20 + 100) / 4, 4);
    expect(penalty('gradient-penalty', square, x).dataSync()[0]).toBeCloseTo(
      ((2 * Math.sqrt(5) - 1) ** 2 + 81) / 2,
      3,
    );
  });

  test('path-length holds the lengths against their running mean, and keeps it', () => {
    const { tf } = engine;
    const mean = tf.variable(tf.scalar(0));
    // |J^T y| of y = (n, 0) w is |n| of each example, n its draw.
    const w = tf.tensor([[0.5], [2]]);
    const run = () => penalty('path-length', (at) => tf.mul(at, 3), w, { state: { mean } }).dataSync()[0]!;
    const lengths = [...new Random('draw').fillNormal(new Float32Array(2))].map((n) => Math.abs(3 * n));
    const now = (lengths[0]! + lengths[1]!) / 2;
    const wanted = (a: number) => lengths.reduce((sum, length) => sum + (length - a) ** 2, 0) / 2;
    expect(run()).toBeCloseTo(wanted(0.01 * now), 3);
    expect(mean.dataSync()[0]).toBeCloseTo(0.01 * now, 6);
    expect(run()).toBeCloseTo(wanted(0.99 * 0.01 * now + 0.01 * now), 3);
  });

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

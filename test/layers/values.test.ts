import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { drawn } from '../../src/core/draw.js';
import { Random } from '../../src/core/random.js';
import type { Shape } from '../../src/core/shape.js';
import type { LayerCall } from '../../src/registry/index.js';
import { expectValues, places, random, reader, run, tensor, type Written } from './support.js';

// Worked out by hand from the formulas of the documentation: keys | inputs with their batch | output | variables | call.
const BY_HAND = `
  type: relu | 1x3: -2 0 3 | 1x3: 0 0 3
  type: leaky-relu | 1x3: -2 0 3 | 1x3: -0.4 0 3
  type: leaky-relu, slope: 0.25 | 1x3: -2 0 3 | 1x3: -0.5 0 3
  type: prelu | 1x2x2: -2 -3 4 5 | 1x2x2: -1 3 4 5 | slope 2: 0.5 -1
  type: elu | 1x3: -1 0 2 | 1x3: -0.632121 0 2
  type: gelu | 1x4: -1 0 1 2 | 1x4: -0.158655 0 0.841345 1.9545
  type: silu | 1x3: -1 0 2 | 1x3: -0.268941 0 1.761594
  type: sigmoid | 1x3: -2 0 1 | 1x3: 0.119203 0.5 0.731059
  type: tanh | 1x3: -1 0 0.5 | 1x3: -0.761594 0 0.462117
  type: softplus | 1x3: -1 0 2 | 1x3: 0.313262 0.693147 2.126928
  # exp(200) is beyond float32.
  type: softmax | 1x1x2x3: 0 0.693147 1.609438 200 200 200 | 1x1x2x3: 0.125 0.25 0.625 0.333333 0.333333 0.333333
  type: add | 1x2: 1 2; 1x2: 10 20; 1x2: 100 200 | 1x2: 111 222
  type: add, scale: 0.5 | 1x2: 1 2; 1x2: 10 20 | 1x2: 5.5 11
  type: concat | 1x1x2x1: 1 2; 1x1x2x2: 3 4 5 6 | 1x1x2x3: 1 3 4 2 5 6
  type: constant, shape: [1, 2] | 2x3: 9 9 9 9 9 9 | 2x1x2: 5 7 5 7 | value 1x2: 5 7
  # An image is read row by row: (1 + 6 + 15 + 28) + 10 and (2 + 8 + 18 + 32) + 20.
  type: dense, units: 2 | 1x1x2x2: 1 2 3 4 | 1x2: 60 80 | kernel 4x2: 1 2 3 4 5 6 7 8; bias 2: 10 20
  type: dense, units: 1 | 1x2: 2 3 | 1x1: 23 | kernel 2x1: 4 5
  type: reshape, shape: [2, 1] | 2x2: 1 2 3 4 | 2x2x1: 1 2 3 4
  type: global-pool | 1x1x3x2: 1 10 2 20 6 30 | 1x2: 3 20
  type: global-pool, kind: sum | 1x1x3x2: 1 10 2 20 6 30 | 1x2: 9 60
  # Deviations of 2 and 3 over the batch; the root of the mean variance would be 2.55.
  type: minibatch-stddev | 2x1x2x1: 1 0 5 6 | 2x1x2x2: 1 2.5 0 2.5 5 2.5 6 2.5
  type: minibatch-stddev | 1x1x1x2: 3 4 | 1x1x1x3: 3 4 0.0001
  type: pixel-norm | 1x2: 3 4 | 1x2: 0.848528 1.131371
  type: pixel-norm, epsilon: 3.5 | 1x1x2x2: 3 4 1 0 | 1x1x2x2: 0.75 1 0.5 0
  type: pixel-shuffle | 1x1x2x8: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 | 1x2x4x2: 0 1 2 3 8 9 10 11 4 5 6 7 12 13 14 15
  # What does not fill a window is left out.
  type: pool | 1x3x5x1: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 | 1x1x2x1: 4 6
  type: pool, size: 3, stride: 1 | 1x3x4x1: 9 0 0 9 0 0 0 0 0 0 0 9 | 1x1x2x1: 1 2
  type: pool, kind: max, stride: 1 | 1x2x3x1: 1 5 2 4 3 6 | 1x1x2x1: 5 6
  type: pad | 1x1x2x1: 3 4 | 1x3x4x1: 0 0 0 0 0 3 4 0 0 0 0 0
  type: pad, mode: reflect | 1x2x3x1: 1 2 3 4 5 6 | 1x4x5x1: 5 4 5 6 5 2 1 2 3 2 5 4 5 6 5 2 1 2 3 2
  type: upsample, factor: 3 | 1x1x2x1: 0 4 | 1x3x6x1: 0 0 0 4 4 4 0 0 0 4 4 4 0 0 0 4 4 4
  # New centres lie at -1/4, 1/4, 3/4 and 5/4 of the old pixels; the ends repeat.
  type: upsample, interpolation: bilinear | 1x2x1x1: 0 4 | 1x4x2x1: 0 0 1 1 3 3 4 4
  type: resize-conv, filters: 1, kernel: 1, interpolation: bilinear | 1x1x2x1: 0 4 | 1x2x4x1: 1 3 7 9 1 3 7 9 | kernel 1x1x1x1: 2; bias 1: 1
  # The class's row is (1 + 8, 2 + 10, 3 + 12).
  type: projection, by: label | 1x1x3x1: 1 10 100; 1x2: 1 2 | 1x1: 1629 | kernel 2x3: 1 2 3 4 5 6
  # The style scales by 2 1 + 1 = 3 and 2 2 + 1 = 5: 21 + 110, over the root of 3^2 + 10^2.
  type: modulated-conv, filters: 1, kernel: 1, by: z | 1x1x1x2: 7 11; 1x1: 2 | 1x1x1x1: 12.547525 | kernel 1x1x2x1: 1 2; style 1x2: 1 2; style_bias 2: 1 1
  type: modulated-conv, filters: 1, kernel: 1, by: z, demodulate: false | 1x1x1x2: 7 11; 1x1: 2 | 1x1x1x1: 131 | kernel 1x1x2x1: 1 2; style 1x2: 1 2; style_bias 2: 1 1
  # Styles of 2 and -2 on 6: the middle tap alone meets the pixel, but all nine make the norm, of 3 and of 6.
  type: modulated-conv, filters: 2, by: z | 2x1x1x1: 6 6; 2x1: 1 -3 | 2x1x1x2: 12 22 8 18 | kernel 3x3x1x2: 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2; style 1x1: 1; style_bias 1: 1; bias 2: 10 20
  type: modulated-conv, filters: 1, kernel: 1, by: z | 1x1x1x1: 6; 1x1: 1 | 1x1x1x1: 0 | kernel 1x1x1x1: 0; style 1x1: 1; style_bias 1: 1
  # Queries 1 and 0, keys 0 and log 3: shares 1/4 and 3/4 of the values 4 and 8, and halves; half of it is added.
  type: self-attention, reduction: 2 | 1x1x2x2: 1 0 0 1 | 1x1x2x2: 4.5 35 3 31 | query 1x1x2x1: 1 0; key 1x1x2x1: 0 1.098612; value 1x1x2x1: 4 8; output 1x1x1x2: 1 10; gamma 1: 0.5
  type: self-attention, reduction: 2 | 1x2x1x2: 1 0 0 1 | 1x2x1x2: 5 40 3 31 | query 1x1x2x1: 1 0; key 1x1x2x1: 0 200; value 1x1x2x1: 4 8; output 1x1x1x2: 1 10; gamma 1: 0.5
  # Mean 3, variance 2: (x - 3) over the root of 2 + 7.
  type: layer-norm, epsilon: 7 | 1x4: 1 3 3 5 | 1x4: -2 1 2 5 | gamma 4: 3 3 3 3; beta 4: 0 1 2 3
  # (5 - 1) over the root of 3 + 1, (5 - 2) over that of 4 + 1.
  type: batch-norm, epsilon: 1 | 1x1x1x2: 5 5 | 1x1x1x2: 21 28.832816 | gamma 2: 10 20; beta 2: 1 2; running_mean 2: 1 2; running_variance 2: 3 4 | batchStatistics: false
  type: conditional-batch-norm, by: c, epsilon: 1 | 1x1x1x2: 5 5; 1x2: 0 1 | 1x1x1x2: 21 28.832816 | gamma 2x2: 1 2 10 20; beta 2x2: 3 4 1 2; running_mean 2: 1 2; running_variance 2: 3 4 | batchStatistics: false
  type: dropout, rate: 0.9 | 1x4: 1 2 3 4 | 1x4: 1 2 3 4 | | dropout: false
  type: noise, deviation: 9 | 1x4: 1 2 3 4 | 1x4: 1 2 3 4 | | dropout: false
`;
const numbersOf = (text = '') => {
  const [shape = '', values = ''] = text.split(':');
  return [shape.trim().split('x').map(Number), values.trim().split(' ').map(Number)] as const;
};
const several = (text = ''): string[] => (text === '' ? [] : text.split(';').map((each) => each.trim()));
const rows = BY_HAND.split('\n').map((line) => line.trim());

test.each(rows.filter((line) => line !== '' && !line.startsWith('#')))('%s', (line) => {
  const [keys, inputs, output, variables, call] = line.split('|').map((part) => part.trim());
  const entries = several(variables).map((text) => {
    const [, name = '', values] = /^(\w+) (.*)$/.exec(text)!;
    return [name, tensor(...numbersOf(values))] as const;
  });
  const given = several(inputs).map((text) => tensor(...numbersOf(text)));
  const written = parse(`{ ${keys} }`) as Written;
  const made = run(
    written,
    given,
    Object.fromEntries(entries),
    parse(`{ ${call ?? ''} }`) as Partial<LayerCall>,
  );
  expectValues(made, ...numbersOf(output));
});

describe('norms', () => {
  const SHAPE = [2, 3, 2, 6];
  const EPSILON = 0.5;
  // Neither of mean 0 nor alike in scale: what is left out would show.
  const x = tensor(
    SHAPE,
    [...random(SHAPE, 'x').dataSync()].map((value, i) => 3 + value * (1 + (i % 6))),
  );
  const [gamma, beta] = [random([6], 'gamma'), random([6], 'beta')];
  const [table, shifts] = [random([3, 6], 'table'), random([3, 6], 'shifts')];
  const by = tensor([2, 3], [0, 1, 0, 2, 0, 1]);
  /** What the vector of image n makes of a table's column c. */
  const product = (rows: Tensor, n: number, c: number) =>
    [0, 1, 2].reduce((sum, k) => sum + reader(by)(n, k) * reader(rows)(k, c), 0);

  // Values of one name have their moments in common.
  test.each<[Written, (n: number, c: number) => string]>([
    [{ type: 'batch-norm' }, (_n, c) => `${c}`],
    [{ type: 'conditional-batch-norm', by: 'label' }, (_n, c) => `${c}`],
    [{ type: 'instance-norm' }, (n, c) => `${n} ${c}`],
    [{ type: 'adaptive-instance-norm', by: 'style' }, (n, c) => `${n} ${c}`],
    [{ type: 'layer-norm' }, (n) => `${n}`],
    [{ type: 'group-norm', groups: 2 }, (n, c) => `${n} ${c < 3}`],
    [{ type: 'group-norm', groups: 1 }, (n) => `${n}`],
    // Fewer channels than groups: each is one.
    [{ type: 'group-norm' }, (n, c) => `${n} ${c}`],
  ])('%j: each value less its mean, over the root of variance and epsilon', (written, name) => {
    const at = reader(x);
    const all = [...places(SHAPE)] as [number, number, number, number][];
    const normalised = all.map((place) => {
      const groupName = name(place[0], place[3]);
      const group = all.filter(([n, , , c]) => name(n, c) === groupName).map((each) => at(...each));
      const mean = group.reduce((sum, value) => sum + value, 0) / group.length;
      const variance = group.reduce((sum, value) => sum + (value - mean) ** 2, 0) / group.length;
      return (at(...place) - mean) / Math.sqrt(variance + EPSILON);
    });
    const conditioned = written['by'] !== undefined;
    const start = written['by'] === 'style' ? 1 : 0;
    const affine = all.map(([n, , , c], i) =>
      conditioned
        ? normalised[i]! * (start + product(table, n, c)) + product(shifts, n, c)
        : normalised[i]! * reader(gamma)(c) + reader(beta)(c),
    );
    const affineVariables = conditioned ? { gamma: table, beta: shifts } : { gamma, beta };
    const layer = { epsilon: EPSILON, ...written };
    expectValues(run(layer, conditioned ? [x, by] : [x], affineVariables), SHAPE, affine, 4);
    if (!conditioned) expectValues(run(layer, [x]), SHAPE, normalised, 4);
  });

  const running = { running_mean: tensor([2], [1, 2]), running_variance: tensor([2], [3, 4]) };
  const tracked = (
    shape: Shape,
    values: readonly number[],
    call: Partial<LayerCall> = {},
    statistics: object = running,
  ) => {
    const seen: Record<string, number[]> = {};
    const track = (name: string, value: Tensor) => void (seen[name] = [...value.dataSync()]);
    run(
      { type: 'batch-norm', momentum: 0.75 },
      [tensor(shape, values)],
      { ...statistics },
      { track, ...call },
    );
    return seen;
  };

  test('running statistics keep the share `momentum` and take the rest from the batch, its variance unbiased', () => {
    // Channel 0 is 1, 2, 3, 6: mean 3, squares 14 over 3; channel 1 is 0, 0, 4, 4: mean 2, 16 over 3.
    const { running_mean, running_variance } = tracked([2, 1, 2, 2], [1, 0, 2, 0, 3, 4, 6, 4]);
    expectValues(tensor([2], running_mean!), [2], [0.75 * 1 + 0.25 * 3, 0.75 * 2 + 0.25 * 2]);
    expectValues(
      tensor([2], running_variance!),
      [2],
      [0.75 * 3 + (0.25 * 14) / 3, 0.75 * 4 + (0.25 * 16) / 3],
    );
    // Of one value the variance is 0, not 0 over 0.
    expect(tracked([1, 1, 1, 2], [5, 6])).toEqual({ running_mean: [2, 3], running_variance: [2.25, 3] });
  });

  test('running statistics stay where the call normalises by them, and where there are none', () => {
    expect(tracked([1, 1, 2, 2], [1, 2, 3, 4], { batchStatistics: false })).toEqual({});
    expect(tracked([1, 1, 2, 2], [1, 2, 3, 4], {}, {})).toEqual({});
  });
});

describe('layers of chance', () => {
  const x = tensor([1, 2, 2], [1, 2, 3, 4]);

  test('dropout zeroes what is drawn below its rate and divides the rest by what is kept', () => {
    // A rate of 1/4 is everything below 2^30.
    const numbers = [0, 2 ** 30 - 1, 2 ** 30, 2 ** 32 - 1];
    const draw: LayerCall['draw'] = (shape, fill) => {
      const next = numbers.values();
      return tensor(shape, [...drawn(shape, { uint32: () => next.next().value } as unknown as Random, fill)]);
    };
    expectValues(run({ type: 'dropout', rate: 0.25 }, [x], {}, { draw }), [1, 2, 2], [0, 0, 4, 16 / 3]);
  });

  test('noise has its deviation; learned, one image of it has a strength per channel', () => {
    const standard = (count: number) => new Random('draw').fillNormal(new Float32Array(count));
    const [a, b, c, d] = standard(4) as unknown as [number, number, number, number];
    expectValues(
      run({ type: 'noise' }, [x]),
      [1, 2, 2],
      [1 + 0.1 * a, 2 + 0.1 * b, 3 + 0.1 * c, 4 + 0.1 * d],
    );
    const strength = tensor([2], [10, -1]);
    const learned = [1 + 10 * a, 2 - a, 3 + 10 * b, 4 - b];
    for (const dropout of [true, false])
      expectValues(run({ type: 'noise', learned: true }, [x], { strength }, { dropout }), [1, 2, 2], learned);
  });
});

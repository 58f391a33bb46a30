import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { losses } from '../../src/losses/index.js';
import type { ScoreLoss } from '../../src/registry/index.js';
import { paramsOf } from '../support/params.js';
import { lossOf } from './support.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu');
});
afterAll(() => engine.close());

type Kind = 'logits' | 'probabilities';
type Written = Readonly<Record<string, unknown>>;

const ROLES = ['real', 'fake', 'fool'] as const;

const partsOf = (definition: ScoreLoss, params: Written = {}, scores: Kind = 'logits') =>
  definition.build(paramsOf(definition, params), { tf: engine.tf, scores });
const valuesOf = (tensor: Tensor): number[] => [...tensor.dataSync()];

const LN2 = Math.LN2;
/** Of what the sigmoid of 2 and of -2 are: 0.880797 and 0.119203. */
const [SURE, UNSURE] = [0.126928, 2.126928];

test.each<[string, Written, Kind, number[], Record<(typeof ROLES)[number], number[]>]>([
  [
    'bce',
    {},
    'logits',
    [0, 2, -2],
    { real: [LN2, SURE, UNSURE], fake: [LN2, UNSURE, SURE], fool: [LN2, SURE, UNSURE] },
  ],
  ['bce', {}, 'logits', [1000, -1000], { real: [0, 1000], fake: [1000, 0], fool: [0, 1000] }],
  [
    'bce',
    {},
    'probabilities',
    [0.5, 0.8, 0.1],
    { real: [LN2, 0.223144, 2.302585], fake: [LN2, 1.609438, 0.105361], fool: [LN2, 0.223144, 2.302585] },
  ],
  // A probability that has rounded to 0 or 1 costs -log(1e-7).
  ['bce', {}, 'probabilities', [0, 1], { real: [16.1181, 0], fake: [0, 16.1181], fool: [16.1181, 0] }],
  // Smoothing is one-sided: it changes what D should say of real ones, and nothing else.
  [
    'bce',
    { label_smoothing: 0.25 },
    'logits',
    [2],
    { real: [0.75 * SURE + 0.25 * UNSURE], fake: [UNSURE], fool: [SURE] },
  ],
  [
    'bce',
    { label_smoothing: 0.1 },
    'probabilities',
    [0.8],
    { real: [0.361773], fake: [1.609438], fool: [0.223144] },
  ],
  ['lsgan', {}, 'logits', [0.25, 3], { real: [0.5625, 4], fake: [0.0625, 9], fool: [0.5625, 4] }],
  ['hinge', {}, 'logits', [-2, 0.5, 2], { real: [3, 0.5, 0], fake: [0, 1.5, 3], fool: [2, -0.5, -2] }],
  ['wgan', {}, 'logits', [2, -3], { real: [-2, 3], fake: [2, -3], fool: [-2, 3] }],
])('%s with %j of %s %j', (type, params, kind, scores, wanted) => {
  const parts = partsOf(lossOf(type, 'scores'), params, kind);
  const x = engine.tf.tensor(scores);
  for (const role of ROLES) {
    const values = valuesOf(parts[role](x, x));
    expect(values, role).toHaveLength(scores.length);
    values.forEach((value, i) => expect(value, `${role} ${scores[i]}`).toBeCloseTo(wanted[role][i]!, 4));
  }
});

test('bce takes a probability of 1 for 1 - 1e-7, the next number below 1', () => {
  const one = engine.tf.tensor([1]);
  const { real } = partsOf(lossOf('bce', 'scores'), {}, 'probabilities');
  expect(valuesOf(real(one, one))[0]).toBeCloseTo(2 ** -23, 9);
});

describe('relativistic, of real scores 3 and 1 and fakes 0 and -1', () => {
  const softplus = (x: number) => Math.log1p(Math.exp(x));
  // Against the mean of the other side: 2 of the real ones, -0.5 of the fakes. Of a pair each part counts half.
  test.each<[Written, Record<(typeof ROLES)[number], number[]>]>([
    [
      {},
      {
        real: [softplus(-3.5), softplus(-1.5)],
        fake: [softplus(-2), softplus(-3)],
        fool: [softplus(2), softplus(3)],
      },
    ],
    [{ measure: 'lsgan' }, { real: [6.25, 0.25], fake: [1, 4], fool: [9, 16] }],
    [{ measure: 'hinge' }, { real: [0, 0], fake: [0, 0], fool: [3, 4] }],
    [
      { against: 'pair' },
      {
        real: [softplus(-3) / 2, softplus(-2) / 2],
        fake: [softplus(-3) / 2, softplus(-2) / 2],
        fool: [softplus(3) / 2, softplus(2) / 2],
      },
    ],
    [
      { measure: 'lsgan', against: 'pair' },
      { real: [2, 0.5], fake: [2, 0.5], fool: [8, 4.5] },
    ],
  ])('%j', (params, wanted) => {
    const parts = partsOf(lossOf('relativistic', 'scores'), params);
    const [real, fake] = [engine.tf.tensor([3, 1]), engine.tf.tensor([0, -1])];
    for (const role of ROLES) {
      const values = valuesOf(role === 'real' ? parts.real(real, fake) : parts[role](fake, real));
      values.forEach((value, i) => expect(value, `${role} ${i}`).toBeCloseTo(wanted[role][i]!, 5));
    }
  });

  test('by hinge a real one pays what its lead over the fakes lacks of 1', () => {
    const { fake } = partsOf(lossOf('relativistic', 'scores'), { measure: 'hinge' });
    expect(valuesOf(fake(engine.tf.tensor([1.25, 4]), engine.tf.tensor([3, 1])))).toEqual([0.25, 3]);
  });
});

describe('what a decision costs', () => {
  test.each([
    ['bce', {}, LN2, 0, LN2],
    // The entropy of a label of 0.9 is the least that a real one costs.
    ['bce', { label_smoothing: 0.1 }, LN2, 0.325083, LN2],
    ['hinge', {}, 1, 0, 1],
    ['lsgan', {}, 0.25, 0, 0.25],
  ])('%s with %j', (type, params, boundary, least, fakeBoundary) => {
    const definition = lossOf(type, 'scores');
    const { real, fake } = definition.decides!(paramsOf(definition, params));
    expect(real.boundary).toBeCloseTo(boundary, 6);
    expect(real.least).toBeCloseTo(least, 6);
    expect(fake).toEqual({ boundary: fakeBoundary, least: 0 });
    // No score costs less than the least, and one costs just that.
    const { tf } = engine;
    const parts = partsOf(definition, params);
    const line = tf.linspace(-20, 20, 4001);
    const lowest = (values: Tensor) => tf.min(values).dataSync()[0]!;
    expect(lowest(parts.real(line, line))).toBeCloseTo(least, 4);
    expect(lowest(parts.fake(line, line))).toBeCloseTo(0, 4);
  });
});

test.each(losses.filter((loss) => loss.operands === 'scores').map((loss) => [loss.type, loss] as const))(
  '%s says of itself what its values show',
  (_type, definition) => {
    const { tf } = engine;
    const [scores, others] = [tf.tensor([0.3, 0.9]), tf.tensor([0.1, -7])];
    const { real, fake } = partsOf(definition);
    const changes = (a: Tensor, b: Tensor) => valuesOf(a).some((value, i) => value !== valuesOf(b)[i]);
    expect(definition.relative === true, 'relative').toBe(
      changes(real(scores, scores), real(scores, others)),
    );
    const probable = partsOf(definition, {}, 'probabilities');
    expect(definition.probabilities === true, 'probabilities').toBe(
      changes(real(scores, others), probable.real(scores, others)),
    );
    // Without a limit on its slope a critic of such a loss wins as much as it likes.
    const [high, low] = [tf.tensor([1e6]), tf.tensor([-1e6])];
    const gain = -(valuesOf(real(high, low))[0]! + valuesOf(fake(low, high))[0]!);
    expect(definition.lipschitz === true, 'lipschitz').toBe(gain > 1e5);
  },
);

import { describe, expect, test } from 'vitest';
import { planOf } from '../support/plan.js';

// A step of small networks on images of 16 rows and 32 columns, counted by hand.

const SMALL = `
name: small
data:
  pairs:
    type: synthetic-maps
    fields: { source: { from: left, as: rgba }, target: right }
    size: { height: 16, width: 32 }
networks:
  G:
    type: layers
    layers:
      - { id: a, type: conv, filters: 8, kernel: 3 }
      - { id: n, type: batch-norm }
      - { id: b, type: conv, filters: 3, kernel: 3 }
    inference: { batch_statistics: false }
  D:
    type: layers
    layers:
      - { id: a, type: conv, filters: 2, kernel: 4, stride: 2, padding: 1 }
      - { id: b, type: conv, filters: 1, kernel: 3, padding: 0 }
  E: { type: layers, layers: [{ id: e, type: conv, filters: 4, kernel: 1 }] }
game:
  tensors: { fake: G(source) }
  updates:
    D: { losses: { adversarial: { type: bce, real: D(target), fake: D(fake) } } }
    G:
      losses:
        adversarial: { type: bce, fool: D(fake) }
        l1: { type: l1, of: fake, to: target, weight: 100 }
  play: [D, G]
  outputs: { fake: { from: source, reference: target } }
optimizer: { type: adam, learning_rate: 2e-4, beta1: 0.5 }
train: { for: 6 steps, batch: 2, seed: 1 }
`;

/** Multiply-adds times two: 2 k k in out height width of a convolution, 8 a value of a batch norm. */
const G_FLOPS = 2 * 9 * 4 * 8 * 512 + 8 * (512 * 8) + 2 * 9 * 8 * 3 * 512;
const D_FLOPS = 2 * 16 * 3 * 2 * (8 * 16) + 2 * 9 * 2 * 1 * (6 * 14);
const E_FLOPS = 2 * 4 * 4 * 512;
/** Trainable values: k k in out and a bias each of a convolution, gamma and beta. */
const G_VALUES = 9 * 4 * 8 + 8 + 2 * 8 + (9 * 8 * 3 + 3);
const D_VALUES = 16 * 3 * 2 + 2 + (9 * 2 + 1);
const E_VALUES = 4 * 4 + 4;
/** What the layers give of one example. */
const G_OUTPUTS = 512 * 8 + 512 * 8 + 512 * 3;
const D_OUTPUTS = 8 * 16 * 2 + 6 * 14;
/** Running mean and variance. */
const STATISTICS = 2 * 8;

test('a convolution has so many parameters, multiply-adds and outputs; rows stay rows', async () => {
  const { networks, fields, outputs, cost } = await planOf(SMALL);
  expect([fields['source']!.shape, fields['target']!.shape]).toEqual([
    [16, 32, 4],
    [16, 32, 3],
  ]);
  const [first] = networks['G']!.layers;
  expect(first).toMatchObject({ output: [16, 32, 8], parameters: 296, flops: 294_912, receptiveField: 3 });
  expect(networks['D']!.layers.map(({ output }) => output)).toEqual([
    [8, 16, 2],
    [6, 14, 1],
  ]);
  expect(outputs['fake']!.shape).toEqual([16, 32, 3]);
  const sizes = ['G', 'D'].map((name) => networks[name]!).map(({ parameters, flops }) => [parameters, flops]);
  expect(sizes).toEqual([
    [531, 548_864],
    [117, 27_600],
  ]);
  expect([G_VALUES, G_FLOPS, D_VALUES, D_FLOPS]).toEqual(sizes.flat());
  expect(cost.parameters).toBe(648);
});

const STARTED = 'networks.E.weights=./e.safetensors';
const IN_A_ROW = 'game.tensors.fake=G(E(source))';
/** A second image of G, which is compared in place of the first. */
const AGAIN = ['game.tensors.again=G(E(source))', 'game.updates.G.losses.l1.of=again', STARTED];
const GP = 'of: D(mixed), at: mixed, weight: 10';
const MIXED = 'game.tensors.mixed={ type: interpolate, of: target, to: fake }';

describe('the floating-point operations of a step', () => {
  // In forward passes of each network: one forward, two back where it is trained, one where gradients only pass.
  test.each<[string, string[], { G: number; D: number; E?: number }]>([
    ['D judges three times, is trained by two, and passed by one', [], { G: 3, D: 3 + 4 + 1 }],
    ['an update every 2 steps is half', ['game.updates.D.every=2 steps'], { G: 3, D: 1 + 2 + 2 }],
    [
      'a loss every 3 steps is a third',
      ['game.updates.D.losses.adversarial.every=3 steps'],
      { G: 3, D: 2 / 3 + 4 / 3 + 2 },
    ],
    [
      'a loss every 3 steps of an update every 2 is a sixth',
      ['game.updates.D.every=2 steps', 'game.updates.D.losses.adversarial.every=3 steps'],
      { G: 3, D: 1 / 3 + 2 / 3 + 2 },
    ],
    [
      'tensors are made in each step, G trained in one of 4',
      ['game.updates.G.every=4 steps'],
      { G: 1 + 2 / 4, D: 6 + 2 / 4 },
    ],
    [
      'a loss without weight is measured only',
      ['game.updates.G.losses.adversarial.weight=0'],
      { G: 3, D: 7 },
    ],
    [
      'nothing goes back through a tensor that only losses without weight read',
      [...AGAIN, 'game.updates.G.losses.l1.weight=0'],
      { G: 3 + 1, D: 8, E: 1 },
    ],
    ['where G is first, D judges the fake once for both', ['game.play=[G, D]'], { G: 3, D: 2 + 4 + 1 }],
    ['at once, too', ['game.play=[[D, G]]'], { G: 3, D: 2 + 4 + 1 }],
    [
      'a penalty goes forward, back to its place, and back through both',
      [MIXED, `game.updates.D.losses.gp={ type: gradient-penalty, ${GP} }`],
      { G: 3, D: 8 + 1 + (1 + 2 * 2) },
    ],
    [
      'a lazy penalty costs 1/every',
      [MIXED, `game.updates.D.losses.gp={ type: gradient-penalty, ${GP}, every: 4 steps }`],
      { G: 3, D: 8 + (1 + 5) / 4 },
    ],
    [
      'a call inside a loss is passed back through like a tensor',
      ['game.updates.G.losses.adversarial.fool=D(G(source))'],
      { G: 3 + 2, D: 8 },
    ],
    [
      'of two networks in a row, both are trained',
      [IN_A_ROW, 'game.updates.G.train=[G, E]'],
      { G: 3, D: 8, E: 3 },
    ],
    [
      'gradients pass the one that is not trained, on their way to the other',
      [IN_A_ROW, 'game.updates.G.train=[E]', 'networks.G.weights=./g'],
      { G: 2, D: 8, E: 3 },
    ],
    ['and do not go on to what is not trained', [IN_A_ROW, STARTED], { G: 3, D: 8, E: 1 }],
    [
      'a tensor that a lazy loss alone reads is passed back through in its steps alone',
      [...AGAIN, 'game.updates.G.losses.l1.every=4 steps'],
      { G: 3 + 1 + 2 / 4, D: 8, E: 1 },
    ],
  ])('%s', async (_, set, { G, D, E = 0 }) => {
    const { cost } = await planOf(SMALL, set);
    expect(cost.flopsPerStep).toBeCloseTo(2 * (G * G_FLOPS + D * D_FLOPS + E * E_FLOPS), 3);
  });

  test('are those of the whole batch, in however many parts', async () => {
    const six = await planOf(SMALL, ['train.batch=6', 'train.accumulate=3']);
    expect(six.cost.flopsPerStep).toBe(6 * (3 * G_FLOPS + 8 * D_FLOPS));
  });
});

describe('bytes', () => {
  const STORED = 3 * G_VALUES + STATISTICS + 3 * D_VALUES;
  const training = (stored: number, values: number, gradients: number, outputs: number): number =>
    230e6 + 4 * (stored + values + gradients + 3 * outputs);
  const USUAL = training(STORED, G_VALUES + D_VALUES, G_VALUES, 2 * (G_OUTPUTS + 2 * D_OUTPUTS));
  // At its peak: one update's gradients, and the outputs of tensors and of the update that calls most.
  test.each<[string, string[], number, number]>([
    ['weights, two slots of Adam each, running statistics', [], STORED, USUAL],
    [
      'one slot of SGD each',
      ['optimizer={ type: sgd, learning_rate: 0.1 }'],
      STORED - G_VALUES - D_VALUES,
      USUAL - 4 * (G_VALUES + D_VALUES),
    ],
    [
      'no statistics where outputs use those of the batch',
      ['networks.G.inference.batch_statistics=true'],
      STORED - STATISTICS,
      USUAL - 4 * STATISTICS,
    ],
    [
      'averaged weights and statistics once more',
      ['networks.G.ema=0.99'],
      STORED + G_VALUES + STATISTICS,
      USUAL + 4 * (G_VALUES + STATISTICS),
    ],
    [
      'what spectral norm keeps: a vector of filters',
      ['networks.D.layers.a.weight_norm=spectral'],
      STORED + 2,
      USUAL + 4 * 2,
    ],
    [
      'what tensors keep: a pool of 5 images and its count',
      [
        'game.tensors.old={ type: image-pool, of: fake, size: 5 }',
        'game.updates.D.losses.adversarial.fake=D(old)',
      ],
      STORED + 5 * 512 * 3 + 1,
      USUAL + 4 * (5 * 512 * 3 + 1),
    ],
    [
      'what losses keep: a mean; and the second place that G is called in',
      ['game.updates.G.losses.path={ type: path-length, of: G(source), at: source }'],
      STORED + 1,
      training(STORED + 1, G_VALUES + D_VALUES, G_VALUES, 2 * (2 * G_OUTPUTS + D_OUTPUTS)),
    ],
    [
      'of a network that nothing trains, its values alone, averaged or not',
      [IN_A_ROW, STARTED, 'networks.E.ema=0.9'],
      STORED + E_VALUES,
      USUAL + 4 * (2 * E_VALUES + 3 * 2 * 512 * 4),
    ],
    [
      'outputs of a batch twice as large',
      ['train.batch=4'],
      STORED,
      USUAL + 4 * 3 * 2 * (G_OUTPUTS + 2 * D_OUTPUTS),
    ],
    ['outputs of one part of the batch', ['train.batch=6', 'train.accumulate=3'], STORED, USUAL],
  ])('%s', async (_, set, stored, trainingBytes) => {
    const { cost } = await planOf(SMALL, set);
    expect(cost.checkpointBytes).toBe(4 * stored);
    expect(cost.trainingBytes).toBe(trainingBytes);
  });
});

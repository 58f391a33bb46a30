import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { numberGame, numbersOf, type Numbers, play, put, START } from '../support/number-game.js';

const update = (name: string, rest: string) => `game.updates.${name}.${rest}`;
const FOOL = update('G', 'losses.fool={ type: wgan, fool: D(y) }');
const AGAIN = 'game.updates.D2={ train: D, losses: { lower: { type: wgan, fake: D(x) } } }';
const BIAS = 'networks.G.layers=[{ id: g, type: dense, units: 1 }, { type: reshape, shape: [1, 1, 1] }]';
// (d y - d t)^2 = d^2 18: slopes 2 d 18 and d^2 18.
const BOTH = [
  update('G', 'train=[D, G]'),
  'game.play=[G]',
  update('G', 'losses.low={ type: l2, of: D(y), to: D(t) }'),
];

/** What is set, what a step measures of it (undefined: is not measured), the weights afterwards; the step is 1. */
type Case = readonly [
  set: readonly string[],
  measured: Numbers | Record<string, undefined>,
  after: Numbers,
  step?: number,
];

// y = g x is 2 and 6; t is 2 and 0. D: -d mean t + d mean y = -0.5 + 2, slope 3. G: mean (y - t)^2 = 18, slope
// mean 2 (y - t) x = 18.
const CASES: Record<string, Case> = {
  'each update moves the network that it trains by its own losses': [
    [],
    { 'D/critic': 1.5, 'D/critic/real': -0.5, 'D/critic/fake': 2, 'D/total': 1.5, 'G/l2': 18, 'G/total': 18 },
    { d: 0.2, g: 0.2 },
  ],
  'an update of every 2nd step rests in the 1st': [
    [update('D', 'every=2 steps')],
    { 'D/critic': undefined, 'D/total': undefined },
    { d: 0.5, g: 0.2 },
  ],
  'and is played in the 4th': [[update('D', 'every=2 steps')], { 'D/total': 1.5 }, { d: 0.2, g: 0.2 }, 4],
  'a step in which no update is due changes nothing': [
    ['game.play=[G]', update('G', 'every=2 steps')],
    {},
    { g: 2 },
  ],
  'a weight scales the total and the slope, and not what is reported': [
    [update('G', 'losses.l2.weight=0.25'), update('D', 'losses.critic.weight=2')],
    { 'G/l2': 18, 'G/total': 4.5, 'D/critic': 1.5, 'D/critic/fake': 2, 'D/total': 3 },
    { d: -0.1, g: 1.55 },
  ],
  'a total is the sum of weighted losses': [
    // |y - x| is 1 and 3: a slope of 2.
    [update('G', 'losses.l1={ type: l1, of: y, to: x, weight: 2 }')],
    { 'G/l2': 18, 'G/l1': 2, 'G/total': 22 },
    { d: 0.2, g: -0.2 },
  ],
  'a loss of weight 0 is measured and moves nothing': [
    [FOOL, update('G', 'losses.fool.weight=0')],
    { 'G/fool': -0.8, 'G/total': 18 },
    { d: 0.2, g: 0.2 },
  ],
  'where every loss has weight 0 the total is 0': [
    [update('G', 'losses.l2.schedule={ type: constant, factor: 0 }')],
    { 'G/l2': 18, 'G/total': 0 },
    { d: 0.2, g: 2 },
  ],
  'a loss of every 3rd step is absent from the 2nd': [
    [update('G', 'losses.l2.every=3 steps'), FOOL],
    { 'G/fool': -0.8, 'G/total': -0.8, 'G/l2': undefined },
    { d: 0.2, g: 2.04 },
    2,
  ],
  'and enters the total of the 3rd threefold, times its weight': [
    [update('G', 'losses.l2={ every: 3 steps, weight: 0.5 }'), FOOL],
    { 'G/l2': 18, 'G/fool': -0.8, 'G/total': 27 - 0.8 },
    { d: 0.2, g: 2 - 2.7 + 0.04 },
    3,
  ],
  'a lazy penalty costs 1/every as often and every-fold': [
    // |d D(t) / d t|^2 / 2 = d^2 / 2, slope d.
    [update('D', 'losses.r1={ type: r1, of: D(t), at: t, weight: 0.5, every: 4 steps }')],
    { 'D/r1': 0.125, 'D/total': 1.5 + 0.25 },
    { d: 0.2 - 0.1, g: 0.2 },
    4,
  ],
  '[D, G]: G is judged by the D that has moved, on what was made before': [
    [FOOL],
    { 'G/fool': -0.8, 'G/total': 17.2, 'D/total': 1.5 },
    { d: 0.2, g: 2 - 1.8 + 0.04 },
  ],
  '[G, D]: G is judged by the D at the start, and D by what G made before': [
    [FOOL, 'game.play=[G, D]'],
    { 'G/fool': -2, 'G/total': 16, 'D/critic/fake': 2 },
    { d: 0.2, g: 2 - 1.8 + 0.1 },
  ],
  '[[D, G]]: both move from the weights at the start': [
    [FOOL, 'game.play=[[D, G]]'],
    { 'G/fool': -2, 'D/critic/fake': 2 },
    { d: 0.2, g: 2 - 1.8 + 0.1 },
  ],
  'a call in a loss is of the weights as they are then': [
    // G has moved to 0.2: y is 0.2 and 0.6, and the slope 0.4 - 1.
    ['game.play=[G, D]', update('D', 'losses.critic.fake=D(G(x))')],
    { 'D/critic/fake': 0.2 },
    { d: 0.56, g: 0.2 },
  ],
  'updates of one network move it one after the other': [
    [AGAIN, 'game.play=[D, D2, G]'],
    { 'D/total': 1.5, 'D2/lower': 0.4, 'G/total': 18 },
    { d: 0.5 - 0.3 - 0.2, g: 0.2 },
  ],
  'at once by the sum of their slopes': [
    [AGAIN, 'game.play=[[D2, D], G]'],
    { 'D/total': 1.5, 'D2/lower': 1 },
    { d: 0.5 - 0.1 * (3 + 2), g: 0.2 },
  ],
  'an update may train two networks': [
    BOTH,
    { 'G/low': 4.5, 'G/total': 22.5 },
    { d: 0.5 - 1.8, g: 2 - 1.8 - 0.45 },
  ],
  'what is detached carries no slope': [
    ['game.tensors.still={ type: detach, of: y }', update('G', 'losses.l1={ type: l1, of: still, to: x }')],
    { 'G/l1': 2, 'G/total': 20 },
    { d: 0.2, g: 0.2 },
  ],
  'a rate of its own': [[update('G', 'optimizer.learning_rate=0.01')], {}, { d: 0.2, g: 1.82 }],
  // Slopes of G: 18 by its kernel, mean 2 (y - t) = 6 by its bias; a norm of sqrt(360).
  'clip_norm leaves a norm below it alone': [
    [BIAS, update('G', 'optimizer.clip_norm=19')],
    {},
    { d: 0.2, g: 0.2, 'g/bias': -0.6 },
  ],
  'clip_norm scales all gradients of a network together to the norm': [
    [BIAS, update('G', `optimizer.clip_norm=${Math.sqrt(360) / 2}`)],
    {},
    { d: 0.2, g: 1.1, 'g/bias': -0.3 },
  ],
  'clip_norm looks at each network by itself': [
    [...BOTH, update('G', 'optimizer.clip_norm=9')],
    {},
    { d: -0.4, g: 1.1 },
  ],
  'clip_weights holds the upper end, after the move': [
    ['optimizer.clip_weights=0.15', update('D', 'losses.critic.weight=2')],
    {},
    { d: -0.1, g: 0.15 },
  ],
  'clip_weights holds the lower end': [
    ['optimizer.clip_weights=0.05', update('D', 'losses.critic.weight=2')],
    {},
    { d: -0.05, g: 0.05 },
  ],
};

const SCHEDULE = update('G', 'losses.l2.schedule');

/** G's weight after a step from 2, whatever steps came before: 2 - 0.1 factor 18. */
const STEPS: Record<
  string,
  readonly [set: string, factor: (step: number) => number, steps: readonly number[]]
> = {
  // A weight of 0 or 1 spares operations: what leaves it or comes to it is another program.
  'a weight that leaves 1': [
    `${SCHEDULE}={ type: step, every: 4 steps, factor: 0.5 }`,
    (step) => 0.5 ** Math.floor((step - 1) / 4),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 4],
  ],
  'a weight that comes to 1': [
    `${SCHEDULE}={ type: warm-up, over: 6 steps }`,
    (step) => Math.min(1, step / 6),
    [1, 2, 3, 4, 5, 6, 7, 8],
  ],
  // One step past the run's last it is 0.
  'a weight that falls to 0': [
    `${SCHEDULE}={ type: linear-decay, from: 4 steps }`,
    (step) => (11 - step) / 7,
    [8, 9, 10, 11, 11, 11, 11, 9],
  ],
  'a loss that is due in every 3rd step': [
    update('G', 'losses.l2.every=3 steps'),
    (step) => (step % 3 === 0 ? 3 : 0),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  ],
  'a learning rate that rises': [
    'optimizer.schedule={ type: warm-up, over: 6 steps }',
    (step) => Math.min(1, step / 6),
    [1, 2, 3, 4, 5, 6, 7, 8],
  ],
};

describe.each([1, 2])('a step in %i parts', (parts) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('ort');
  });
  afterAll(() => engine.close());

  test.each(Object.entries(CASES))('%s', async (_what, [set, measured, after, step = 1]) => {
    const game = await numberGame(engine, [...set, `train.accumulate=${parts}`]);
    // First operation by operation, in the end as the engine repeats the whole step.
    for (let time = 0; time < 4; time++) {
      put(game, START);
      const { losses } = await play(game, step);
      for (const [key, value] of Object.entries(measured))
        if (value === undefined) expect(losses).not.toHaveProperty([key]);
        else expect(losses[key], key).toBeCloseTo(value, 5);
      const weights = numbersOf(game);
      for (const [key, value] of Object.entries(after)) expect(weights[key], key).toBeCloseTo(value, 5);
    }
    game.dispose();
  });

  test.each(Object.entries(STEPS))(
    '%s moves by the number of its step',
    async (_what, [set, factor, steps]) => {
      const game = await numberGame(engine, [set, `train.accumulate=${parts}`]);
      for (const step of steps) {
        put(game, START);
        await play(game, step);
        expect(numbersOf(game)['g'], `step ${step}`).toBeCloseTo(2 - 1.8 * factor(step), 5);
      }
      game.dispose();
    },
  );

  test('an optimizer counts the moves of its network, two in a step where two updates train it', async () => {
    const adam = ['D', 'D2'].map((of) => update(of, 'optimizer={ type: adam, beta1: 0.5, beta2: 0.9 }'));
    const game = await numberGame(engine, [
      AGAIN,
      'game.play=[D, D2, G]',
      ...adam,
      `train.accumulate=${parts}`,
    ]);
    let [d, m, v] = [0.5, 0, 0];
    for (let step = 1; step <= 6; step++) {
      put(game, { g: 2, d });
      await play(game, step);
      // Kingma and Ba 2015: the slopes of D and D2 are 3 and 2, wherever d is.
      for (const [i, slope] of [3, 2].entries()) {
        const moves = 2 * step - 1 + i;
        [m, v] = [0.5 * m + 0.5 * slope, 0.9 * v + 0.1 * slope ** 2];
        d -= (0.1 * (m / (1 - 0.5 ** moves))) / Math.sqrt(v / (1 - 0.9 ** moves));
      }
      expect(numbersOf(game)['d']).toBeCloseTo(d, 5);
    }
    game.dispose();
  });
});

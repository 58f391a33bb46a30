import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { numberGame, type Numbers, numbersOf, play, put, START } from '../support/number-game.js';

/** What is set, what a step measures of it (null: is not measured), the weights afterwards; the step is 1. */
type Case = readonly [
  set: Readonly<Record<string, unknown>>,
  measured: Readonly<Record<string, number | null>>,
  after: Numbers,
  step?: number,
];

// y = g x is 2 and 6; t is 2 and 0. D: -d mean t + d mean y = -0.5 + 2, slope 3. G: mean (y - t)^2 = 18, slope
// mean 2 (y - t) x = 18.
const CASES = parse(`
each update moves the network that it trains by its own losses: [{},
  { D/critic: 1.5, D/critic/real: -0.5, D/critic/fake: 2, D/total: 1.5, G/l2: 18, G/total: 18 }, { d: 0.2, g: 0.2 }]
an update of every 2nd step rests in the 1st: [{ D.every: 2 steps }, { D/critic: null, D/total: null }, { d: 0.5, g: 0.2 }]
and is played in the 4th: [{ D.every: 2 steps }, { D/total: 1.5 }, { d: 0.2, g: 0.2 }, 4]
a step in which no update is due changes nothing: [{ play: [G], G.every: 2 steps }, {}, { g: 2 }]
a weight scales the total and the slope, and not what is reported: [
  { G.losses.l2.weight: 0.25, D.losses.critic.weight: 2 },
  { G/l2: 18, G/total: 4.5, D/critic: 1.5, D/critic/fake: 2, D/total: 3 }, { d: -0.1, g: 1.55 }]
# |y - x| is 1 and 3: a slope of 2.
a total is the sum of weighted losses: [{ G.losses.l1: { type: l1, of: y, to: x, weight: 2 } },
  { G/l2: 18, G/l1: 2, G/total: 22 }, { d: 0.2, g: -0.2 }]
a loss of weight 0 is measured and moves nothing: [{ G.losses.fool: { type: wgan, fool: D(y), weight: 0 } },
  { G/fool: -0.8, G/total: 18 }, { d: 0.2, g: 0.2 }]
where every loss has weight 0 the total is 0: [{ G.losses.l2.schedule: { type: constant, factor: 0 } },
  { G/l2: 18, G/total: 0 }, { d: 0.2, g: 2 }]
a loss of every 3rd step is absent from the 2nd: [{ G.losses.l2.every: 3 steps, G.losses.fool: &fool { type: wgan, fool: D(y) } },
  { G/fool: -0.8, G/total: -0.8, G/l2: null }, { d: 0.2, g: 2.04 }, 2]
and enters the total of the 3rd threefold, times its weight: [
  { G.losses.l2: { every: 3 steps, weight: 0.5 }, G.losses.fool: *fool },
  { G/l2: 18, G/fool: -0.8, G/total: 26.2 }, { d: 0.2, g: -0.66 }, 3]
# |d D(t) / d t|^2 / 2 = d^2 / 2, slope d.
a lazy penalty costs 1/every as often and every-fold: [
  { D.losses.r1: { type: r1, of: D(t), at: t, weight: 0.5, every: 4 steps } },
  { D/r1: 0.125, D/total: 1.75 }, { d: 0.1, g: 0.2 }, 4]
"[D, G]: G is judged by the D that has moved, on what was made before": [{ G.losses.fool: *fool },
  { G/fool: -0.8, G/total: 17.2, D/total: 1.5 }, { d: 0.2, g: 0.24 }]
"[G, D]: G is judged by the D at the start, and D by what G made before": [
  { play: [G, D], G.losses.fool: *fool },
  { G/fool: -2, G/total: 16, D/critic/fake: 2 }, { d: 0.2, g: 0.3 }]
"[[D, G]]: both move from the weights at the start": [{ play: [[D, G]], G.losses.fool: *fool },
  { G/fool: -2, D/critic/fake: 2 }, { d: 0.2, g: 0.3 }]
# G has moved to 0.2: y is 0.2 and 0.6, and the slope 0.4 - 1.
a call in a loss is of the weights as they are then: [{ play: [G, D], D.losses.critic.fake: D(G(x)) },
  { D/critic/fake: 0.2 }, { d: 0.56, g: 0.2 }]
updates of one network move it one after the other: [
  { D2: &second { train: D, losses: { lower: { type: wgan, fake: D(x) } } }, play: [D, D2, G] },
  { D/total: 1.5, D2/lower: 0.4, G/total: 18 }, { d: 0, g: 0.2 }]
at once by the sum of their slopes, 3 and 2: [
  { D2: *second, play: [[D2, D], G] },
  { D/total: 1.5, D2/lower: 1 }, { d: 0, g: 0.2 }]
# (d y - d t)^2 = d^2 18: slopes 2 d 18 and d^2 18.
an update may train two networks: [
  { play: [G], G.train: [D, G], G.losses.low: &low { type: l2, of: D(y), to: D(t) } },
  { G/low: 4.5, G/total: 22.5 }, { d: -1.3, g: -0.25 }]
clip_norm looks at each network by itself: [
  { play: [G], G.train: [D, G], G.losses.low: *low, G.optimizer.clip_norm: 9 },
  {}, { d: -0.4, g: 1.1 }]
# Slopes of G: 18 by its kernel, mean 2 (y - t) = 6 by its bias; a norm of 18.97.
clip_norm leaves a smaller norm alone: [
  { networks.G.layers: &biased [{ id: g, type: dense, units: 1 }, { type: reshape, shape: [1, 1, 1] }],
    G.optimizer.clip_norm: 19 },
  {}, { d: 0.2, g: 0.2, g/bias: -0.6 }]
clip_norm scales all gradients of a network together to the norm: [
  { networks.G.layers: *biased, G.optimizer.clip_norm: 9.486833 }, {}, { d: 0.2, g: 1.1, g/bias: -0.3 }]
clip_weights holds the upper end, after the move: [{ optimizer.clip_weights: 0.15, D.losses.critic.weight: 2 },
  {}, { d: -0.1, g: 0.15 }]
clip_weights holds the lower end: [{ optimizer.clip_weights: 0.05, D.losses.critic.weight: 2 }, {}, { d: -0.05, g: 0.05 }]
what is detached carries no slope: [
  { game.tensors.still: { type: detach, of: y }, G.losses.l1: { type: l1, of: still, to: x } },
  { G/l1: 2, G/total: 20 }, { d: 0.2, g: 0.2 }]
what is not carries all of it: [
  { game.tensors.soft: { type: perturb, of: y, deviation: 1.0e-9 }, G.losses.l1: { type: l1, of: soft, to: x } },
  { G/l1: 2, G/total: 20 }, { d: 0.2, g: 0 }]
a rate of its own: [{ G.optimizer.learning_rate: 0.01 }, {}, { d: 0.2, g: 1.82 }]
# D of t: 1 and 0; of y: 1 and 3. Each against the other side's mean, 0.5 or 2: f(lead) = (lead - 1)^2.
a relative loss holds each side against the whole other, for G with the roles exchanged: [
  { play: [[D, G]], D.losses.critic: { type: relativistic, measure: lsgan, real: D(t), fake: D(y) },
    G.losses.rel: { type: relativistic, measure: lsgan, real: D(t), fool: D(y) } },
  { D/critic: 13.75, D/critic/real: 6.5, D/critic/fake: 7.25, G/rel: 1.75, G/rel/real: 0.5, G/rel/fool: 1.25 }, {}]
# G x is 2 and 6, x 1 and 3; the mask covers the first.
a mask leaves the mean of what it covers, and an empty one 0: [
  { data.numbers.fields.m: { from: left, as: mask }, data.numbers.fields.none: { from: left, as: mask },
    G.losses.l2: { to: x, where: m }, G.losses.empty: { type: l1, of: y, to: x, where: none } },
  { G/l2: 1, G/empty: 0, G/total: 1 }, { d: 0.2, g: 1.8 }]
a loss over several tensors is the mean of their means: [
  # d and e see the image, 0.5 and 0 times: wgan.
  { networks.D.layers: [{ id: d, type: dense, units: 1, bias: false }, { id: e, type: dense, units: 1, bias: false, from: input }],
    networks.D.outputs: [d, e] },
  { D/critic/real: -0.25, D/critic/fake: 1, D/total: 0.75 }, { d: 0.35, e: -0.15, g: 0.2 }]
`) as Record<string, Case>;

/** The keys of `set` are paths, those of updates by their names. */
const paths = (set: Case[0]): string[] =>
  Object.entries(set).map(([path, value]) => {
    const place = path === 'play' ? 'game.' : /^[A-Z]/.test(path) ? 'game.updates.' : '';
    return `${place}${path}=${JSON.stringify(value)}`;
  });

const SCHEDULE = 'game.updates.G.losses.l2.schedule';
const rises = (step: number) => Math.min(1, step / 6);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

/** G's weight after a step from 2, whatever steps came before: 2 - 0.1 factor 18. */
type Steps = readonly [set: string, factor: (step: number) => number, steps: readonly number[]];
const half: Steps[1] = (step) => 0.5 ** Math.floor((step - 1) / 4);
const STEPS: Record<string, Steps> = {
  // A weight of 0 or 1 spares operations: what leaves it or comes to it is another program.
  'a weight that leaves 1': [`${SCHEDULE}={ type: step, every: 4 steps }`, half, [...upTo(9), 4]],
  'a weight that comes to 1': [`${SCHEDULE}={ type: warm-up, over: 6 steps }`, rises, upTo(8)],
  // One step past the run's last it is 0.
  'a weight that falls to 0': [
    `${SCHEDULE}={ type: linear-decay, from: 4 steps }`,
    (step) => (11 - step) / 7,
    [8, 9, 10, 11, 11, 11, 11, 9],
  ],
  'a loss that is due in every 3rd step': [
    'game.updates.G.losses.l2.every=3 steps',
    (step) => (step % 3 === 0 ? 3 : 0),
    upTo(12),
  ],
  'a rate that rises': ['optimizer.schedule={ type: warm-up, over: 6 steps }', rises, upTo(8)],
};

describe.each([1, 2])('a step in %i parts', (parts) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('ort');
  });
  afterAll(() => engine.close());

  // A mean over the other side, or inside a mask, is of each part.
  const cases = Object.entries(CASES).filter(([what]) => parts === 1 || !/whole other|mask/.test(what));
  test.each(cases)('%s', async (_what, [set, measured, after, step = 1]) => {
    const game = await numberGame(engine, [...paths(set), `train.accumulate=${parts}`]);
    // First operation by operation, in the end as the engine repeats the whole step.
    for (let time = 0; time < 4; time++) {
      put(game, START);
      const { losses } = await play(game, step);
      for (const [key, value] of Object.entries(measured))
        if (value === null) expect(losses).not.toHaveProperty([key]);
        else expect(losses[key], key).toBeCloseTo(value, 5);
      const weights = numbersOf(game);
      for (const [key, value] of Object.entries(after)) expect(weights[key], key).toBeCloseTo(value, 5);
    }
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
    },
  );

  test('an optimizer counts the moves of its network, two in a step where two updates train it', async () => {
    const again = 'D2={ train: D, losses: { lower: { type: wgan, fake: D(x) } } }';
    const set = [again, ...['D', 'D2'].map((of) => `${of}.optimizer={ type: adam, beta1: 0.5, beta2: 0.9 }`)];
    const game = await numberGame(engine, [
      ...set.map((each) => `game.updates.${each}`),
      'game.play=[D, D2, G]',
      `train.accumulate=${parts}`,
    ]);
    let [d, m, v] = [0.5, 0, 0];
    for (let step = 1; step <= 6; step++) {
      put(game, { g: 2, d });
      const { recordMs } = engine.stats();
      await play(game, step);
      if (step === 6) expect(engine.stats().recordMs).toBe(recordMs); // by then the engine repeats it
      // Kingma and Ba 2015: the slopes of D and D2 are 3 and 2, wherever d is.
      for (const [i, slope] of [3, 2].entries()) {
        const moves = 2 * step - 1 + i;
        [m, v] = [0.5 * m + 0.5 * slope, 0.9 * v + 0.1 * slope ** 2];
        d -= (0.1 * (m / (1 - 0.5 ** moves))) / Math.sqrt(v / (1 - 0.9 ** moves));
      }
      expect(numbersOf(game)['d']).toBeCloseTo(d, 5);
    }
  });
});

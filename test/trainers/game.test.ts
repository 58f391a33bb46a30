import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NamedArray, TrainState } from '../../src/core/state.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { Game, makeImages, type StartingWeights } from '../../src/trainers/index.js';
import { batchOf, NUMBERS, numberGame, numbersOf, play, put } from '../support/number-game.js';
import { planOf, registry } from '../support/plan.js';
import { stateOf } from '../support/state.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('ort');
});
afterAll(() => engine.close());

const POOL = [
  'game.tensors.old={ type: image-pool, of: y, size: 3 }',
  'game.updates.D.losses.critic.fake=D(old)',
];
const kernel = (name: string, value: number): NamedArray => ({
  name: `${name}/kernel`,
  shape: [1, 1],
  data: Float32Array.of(value),
});
const average = (game: Game, network = 'G'): number | undefined =>
  game.averages.get(network)?.variables.values().next().value?.dataSync()[0];
const enter = async (game: Game, ...set: string[]) => game.enter(await planOf(NUMBERS, set));
const keptIn = (state: TrainState) =>
  Object.fromEntries(state.kept!.map(({ name, data }) => [name, [...data]]));

describe('averaged weights', () => {
  test('keep `ema` of themselves after each update of their network, beginning with its weights', async () => {
    const game = await numberGame(engine, ['networks.G.ema=0.75', 'game.updates.G.every=2 steps']);
    expect([average(game), average(game, 'D')]).toEqual([2, undefined]);
    const seen: (number | undefined)[] = [];
    for (let step = 1; step <= 4; step++) {
      await play(game, step);
      seen.push(average(game));
      if (step === 2) put(game, { g: 1 }); // the average, too
      if (step === 2) expect(average(game)).toBe(1);
    }
    // From g = 1, y - t is -1 and 3: a slope of 8, so that g becomes 0.2 again.
    const expected = [2, 0.75 * 2 + 0.25 * 0.2, 1, 0.75 + 0.25 * 0.2];
    expected.forEach((value, i) => expect(seen[i], `step ${i + 1}`).toBeCloseTo(value, 6));
    expect(numbersOf(game)['g']).toBeCloseTo(0.2, 6);
  });

  test('are what outputs are made with', async () => {
    const game = await numberGame(engine, ['networks.G.ema=0.75']);
    await play(game);
    const made = await makeImages(game, batchOf({ x: [0.4], t: [0] }), 0, ['y']);
    // 1.55 0.4, where G's own weight gives 0.2 0.4.
    expect([...made['y']!.data]).toEqual([Math.round((1.55 * 0.4 + 1) * 127.5)]);
  });

  test('follow a phase: another decay, none, and then anew from the weights', async () => {
    const game = await numberGame(engine, ['networks.G.ema=0.75']);
    await enter(game, 'networks.G.ema=0.5');
    await play(game);
    expect(average(game)).toBeCloseTo(0.5 * 2 + 0.5 * 0.2, 6);
    await enter(game);
    expect(game.averages.size).toBe(0);
    await enter(game, 'networks.G.ema=0.5');
    expect(average(game)).toBeCloseTo(0.2, 6);
  });

  test('wait for what moves the weights', async () => {
    const game = await numberGame(engine, ['networks.G={ ema: 0.5, weights: ./g }', 'game.play=[D]']);
    expect([...game.averages.keys(), ...game.optimizers.keys()]).toEqual(['D']);
    await enter(game, 'networks.G={ ema: 0.5, weights: ./g }');
    expect(average(game)).toBe(2);
  });
});

describe('a game', () => {
  test.each([
    [undefined, 3],
    [[kernel('g', 4)], 4],
  ])('begins with given weights, and with their averages %o', async (averages, expected) => {
    const weights: StartingWeights[] = [
      { network: 'G', arrays: [kernel('g', 3)], where: 'here', ...(averages ? { average: averages } : {}) },
    ];
    const game = new Game({ plan: await planOf(NUMBERS, ['networks.G.ema=0.5']), engine, registry, weights });
    expect([numbersOf(game)['g'], average(game)]).toEqual([3, expected]);
    put(game, { g: 1 });
    await enter(game, 'networks.G.ema=0.5');
    expect(numbersOf(game)['g']).toBe(1);
    game.dispose();
  });

  test('each rollback halves the learning rates', async () => {
    const game = await numberGame(engine);
    game.rollbacks = 2;
    const { learningRates } = await play(game);
    expect(learningRates).toEqual({ D: 0.025, G: 0.025 });
    expect(numbersOf(game)['g']).toBeCloseTo(2 - 1.8 / 4, 6);
  });

  test('goes on from phase to phase with weights, moments, counts and what it keeps; what rests comes back', async () => {
    const set = ['optimizer={ type: adam, learning_rate: 0.1, beta1: 0.5 }', ...POOL];
    const [whole, phased] = [await numberGame(engine, set), await numberGame(engine, set)];
    for (let step = 1; step <= 2; step++) await Promise.all([play(whole, step), play(phased, step)]);
    const before = phased.repeater;
    await enter(phased, ...set.slice(0, 1), 'game.play=[G]');
    expect([[...phased.networks.keys()], phased.state.byOwner.size]).toEqual([['G'], 0]);
    expect(Object.keys((await stateOf(phased, 2)).networks)).toEqual(['D', 'G']);
    await enter(phased, ...set);
    expect(phased.repeater).not.toBe(before); // another plan's steps are other programs
    for (let step = 3; step <= 4; step++) await Promise.all([play(whole, step), play(phased, step)]);
    expect(await stateOf(phased, 4)).toEqual(await stateOf(whole, 4));
  });

  test('a pool goes on in a phase that leaves its shape, and begins anew, empty, in one that changes it', async () => {
    const game = await numberGame(engine, POOL);
    await play(game);
    const filled = { 'tensors/old/images': [2, 6, 0], 'tensors/old/count': [2] };
    await enter(game, ...POOL, 'train.batch=1');
    expect(keptIn(await stateOf(game, 1))).toEqual(filled);
    await enter(game, ...POOL, 'game.tensors.old.size=4');
    const empty = { 'tensors/old/images': [0, 0, 0, 0], 'tensors/old/count': [0] };
    expect(keptIn(await stateOf(game, 1))).toEqual(empty);
  });

  test('leaves no tensor behind', async () => {
    const before = engine.tf.memory().numTensors;
    const set = [...POOL, 'networks.G.ema=0.5', 'train.accumulate=2'];
    const game = await numberGame(engine, set);
    await play(game);
    await enter(game, ...set, 'game.tensors.old.size=4', 'networks.G.ema=null');
    await play(game, 2);
    game.dispose();
    expect(engine.tf.memory().numTensors).toBe(before);
  });
});

describe('the state of a game', () => {
  const SET = [
    ...POOL,
    'networks.G.ema=0.75',
    'train.accumulate=2',
    'optimizer={ type: adam, learning_rate: 0.1 }',
  ];

  test('is all that it takes to go on in another game', async () => {
    const [whole, first] = [await numberGame(engine, SET), await numberGame(engine, SET)];
    for (const game of [whole, first]) for (let step = 1; step <= 3; step++) await play(game, step);
    const state = await stateOf(first, 3);
    expect(state.step).toBe(3);
    const second = await numberGame(engine, SET, {});
    second.write(state, 'memory');
    for (const game of [whole, second]) for (let step = 4; step <= 5; step++) await play(game, step);
    expect(await stateOf(second, 5)).toEqual(await stateOf(whole, 5));
  });

  test('has its rollbacks, averages, moments and what is kept where there are such', async () => {
    const [plain, full] = [await numberGame(engine), await numberGame(engine, SET)];
    full.rollbacks = 1;
    const keys = [plain, full].map((game) =>
      [game.read(7), game.read(7).networks['G']!].map((part) => Object.keys(part).join()),
    );
    expect(keys).toEqual([
      ['step,networks', 'weights,optimizer'],
      ['step,networks,kept,rollbacks', 'weights,average,optimizer'],
    ]);
    expect(full.read(7)).toMatchObject({ step: 7, rollbacks: 1 });
    const state = await stateOf(full, 0);
    full.write({ ...state, rollbacks: 2 }, 'memory');
    expect(full.rollbacks).toBe(2);
    full.write(state, 'memory');
    expect(full.rollbacks).toBe(0);
  });

  test('saved without averages it begins to average with the weights', async () => {
    const averaged = await numberGame(engine, ['networks.G.ema=0.5'], { g: 7 });
    averaged.write(await stateOf(await numberGame(engine), 0), 'memory');
    expect(average(averaged)).toBe(2);
  });

  test('of other networks, or of fewer, is refused by name', async () => {
    const game = await numberGame(engine, SET);
    const { networks, ...state } = await stateOf(game, 0);
    const { G, D } = networks as Required<typeof networks>;
    const other = { ...kernel('g', 9), shape: [1, 2], data: Float32Array.of(9, 9) };
    const wrong: (readonly [Partial<TrainState>, string])[] = [
      [{ networks: { D: D! } }, ': network "G" is missing.'],
      [{ networks: { D: D!, G: { weights: G!.weights } } }, ': the optimizer of "G" is missing.'],
      [{ networks: { D: D!, G: { ...G!, weights: [] } } }, ', network G: "g/kernel" is missing.'],
      [{ networks: { D: D!, G: { ...G!, average: [] } } }, ', average of G: "g/kernel" is missing.'],
      [
        { networks: { D: D!, G: { ...G!, weights: [other] } } },
        ', network G: "g/kernel" is 1x2 there and 1x1 here.',
      ],
      [{ kept: [] }, ', what the game keeps: "tensors/old/images" is missing.'],
    ];
    for (const [changed, message] of wrong)
      expect(() => game.write({ networks, ...state, ...changed }, 'step-3')).toThrow(`step-3${message}`);
  });
});

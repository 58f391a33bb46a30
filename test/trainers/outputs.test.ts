import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Image } from '../../src/core/image.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { type Game, makeImages, makeSamples, networksOf } from '../../src/trainers/index.js';
import { batchOf, dataOf, NUMBERS, numberGame, numbersOf, play } from '../support/number-game.js';
import { planOf } from '../support/plan.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('ort');
});
afterAll(() => engine.close());

const byte = (x: number) => Math.round((x + 1) * 127.5);
const pixel = (cell: unknown) => (cell as Image).data[0];
/** A second output: x with noise, wide enough to be another byte each time. */
const NOISY = ['game.tensors.w={ type: perturb, of: x, deviation: 0.3 }', 'game.outputs.w={ from: x }'];
const X = batchOf({ x: [0.1], t: [0.3] });
/** What is shown of X: `y 153, w 20`. */
const make = async (game: Game, wanted: string, index = 0, draw?: number) => {
  const made = Object.entries(await makeImages(game, X, index, wanted.split(' '), draw));
  return made.map(([name, image]) => `${name} ${pixel(image)}`).join(', ');
};

describe('batch norm and dropout', () => {
  const normed = (inference: string, rate: string, ...set: string[]) => {
    const layers = `[{ id: n, type: batch-norm }, { id: drop, type: dropout, ${rate} }]`;
    return numberGame(
      engine,
      [`networks.G={ type: layers, layers: ${layers}, inference: { ${inference} } }`, ...set],
      { 'n/gamma': 1, 'n/beta': 0.3, 'n/running_mean': 0.5, 'n/running_variance': 4, d: 0.5 },
    );
  };

  test.each([
    // By the running statistics (0.1 - 0.5) / 2 + 0.3; a single pixel less its own mean is 0.
    ['dropout: false, batch_statistics: false', [0.1]],
    ['dropout: true, batch_statistics: false', [0, 0.2]],
    ['dropout: false, batch_statistics: true', [0.3]],
    ['dropout: true, batch_statistics: true', [0, 0.6]],
  ])('outputs follow inference: { %s }', async (inference, values) => {
    const game = await normed(inference, 'rate: 0.5');
    const seen = new Set<string>();
    for (let index = 0; index < 12; index++) seen.add(await make(game, 'y', index));
    expect([...seen].sort()).toEqual(values.map((y) => `y ${byte(y)}`).sort());
  });

  const STILL = 'dropout: false, batch_statistics: false';
  // Training normalises by its batch: y is -0.7 and 1.3, t 2 and 0.
  const LOSS = (2.7 ** 2 + 1.3 ** 2) / 2;
  test.each([
    // x is 1 and 3: a mean of 2 and an unbiased variance of 2, of which a step takes a tenth.
    ['the tensors of a step in which G is trained', 'train.seed=1', [0.65, 3.8, LOSS]],
    ['not those of a step in which it is not', 'game.updates.G.every=2 steps', [0.5, 4, 0]],
    // Two moves, to 1 and to 3, neither of which varies: y is 0.3.
    ['each part of a batch', 'train.accumulate=2', [0.795, 3.24, (1.7 ** 2 + 0.3 ** 2) / 2]],
    // t is 2 and 0. As today: a later call of the same network replaces what an earlier one made of it.
    ['the last call of G', 'game.updates.G.losses.again={ type: l2, of: G(t), to: t }', [0.55, 3.8, LOSS]],
    ['no call in an update of D', 'game.updates.D.losses.critic.real=D(G(t))', [0.65, 3.8, LOSS]],
  ])('running statistics follow %s', async (_what, set, expected) => {
    const game = await normed(STILL, 'rate: 0', set);
    const { losses } = await play(game);
    const { 'n/running_mean': mean, 'n/running_variance': variance } = numbersOf(game);
    const actual = [mean, variance, losses['G/l2'] ?? 0];
    actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
  });

  test('training drops, whatever inference says', async () => {
    const game = await normed(STILL, 'rate: 0.5');
    const seen = new Set<number>();
    for (let step = 1; step <= 6; step++) seen.add(Math.round((await play(game, step)).losses['G/l2']!));
    expect(seen.size).toBeGreaterThan(1);
  });
});

describe('outputs', () => {
  test('are drawn by seed, example and draw: the same whenever they are made, else others', async () => {
    const game = await numberGame(engine, NOISY);
    const other = await numberGame(engine, [...NOISY, 'train.seed=2']);
    const each = async (from: Game) => {
      const made = [];
      for (const [index, draw] of [[0], [1], [0, 1], [0, 2], [1, 1]])
        made.push(await make(from, 'w', index, draw));
      return made;
    };
    const first = await each(game);
    expect(new Set([...first, ...(await each(other))]).size).toBe(10);
    await play(game);
    for (let time = 0; time < 3; time++) expect(await each(game)).toEqual(first);
    expect(await make(game, 'w', 0, 0)).toBe(first[0]);
  });

  test('are made as asked for, whatever was made before; fields are passed through', async () => {
    const u = ['game.tensors.u={ type: perturb, of: y, deviation: 1e-9 }', 'game.outputs.u={ from: x }'];
    const game = await numberGame(engine, u);
    const [x, t, y] = [0.1, 0.3, 0.2].map(byte);
    // As often as it takes an engine to repeat by itself what it has seen.
    for (const shown of [`u ${y}`, `y ${y}, u ${y}`, `y ${y}, t ${t}, x ${x}`, `t ${t}`])
      for (let time = 0; time < 4; time++) expect(await make(game, shown.replace(/ \d+,?/g, ''))).toBe(shown);
    // What a batch brings is not made again, and neither is what only that would need.
    const { plan, context, outputs } = game;
    const source = { plan, context, outputs, networks: new Map() };
    const given = await makeImages(source, batchOf({ y: [0.5] }), 0, ['u', 'y']);
    expect(Object.values(given).map(pixel)).toEqual([byte(0.5), byte(0.5)]);
  });

  test('need the networks that they are made with, through tensors and operands', async () => {
    const v = ['game.tensors.v={ type: perturb, of: G(x) }', 'game.outputs.v={ from: x }'];
    const plan = await planOf(NUMBERS, [...NOISY, ...v]);
    const needed = [['y'], ['w'], ['v', 'w'], ['x'], []].map((wanted) => networksOf(plan, wanted).join());
    expect(needed).toEqual(['G', '', 'G', '', '']);
  });
});

describe('samples', () => {
  test('show every example between what it is made from and its reference, with draws of what is made', async () => {
    const game = await numberGame(engine, NOISY);
    const examples = [
      { ...batchOf({ x: [0.1], t: [0.3] }), names: { a: ['1.png'], b: ['1.png'] } },
      { ...batchOf({ x: [-0.5], t: [0.7] }), names: { a: ['2.png'], b: ['3.png'] } },
      X,
    ];
    const config = { every: '1 epoch', split: 'val', count: 2, draws: 2 };
    const { columns, rows } = await makeSamples(game, dataOf(examples), config);
    expect(columns.join()).toBe('x,w,w 2,y,y 2,t');
    expect(rows.map(({ label }) => label)).toEqual(['1.png', '2.png, 3.png']);
    const w = async (index: number, draw: number) =>
      pixel((await makeImages(game, examples[index]!, index, ['w'], draw))['w']);
    expect(rows.map(({ images }) => images.map(pixel))).toEqual([
      [byte(0.1), await w(0, 0), await w(0, 1), byte(0.2), byte(0.2), byte(0.3)],
      [byte(-0.5), await w(1, 0), await w(1, 1), byte(-1), byte(-1), byte(0.7)],
    ]);
    const shown = await makeSamples(game, dataOf(examples), { ...config, show: ['t', 'w'] });
    expect(shown.columns.join()).toBe('t,w,w 2');
  });
});

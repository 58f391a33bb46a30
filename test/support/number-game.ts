import { onTestFinished } from 'vitest';
import { sizeOf } from '../../src/core/shape.js';
import type { Batch, Data } from '../../src/data/types.js';
import type { Engine } from '../../src/engine/index.js';
import { Game, playStep } from '../../src/trainers/index.js';
import { planOf, registry } from './plan.js';

/**
 * A game of single numbers, so that every loss and step can be worked out by hand: pictures of one pixel x and t,
 * y = g x, D(.) = d (.), and gradient descent at a rate of 0.1: w <- w - 0.1 slope.
 */
export const NUMBERS = `
name: numbers
data: { numbers: { type: side-by-side, path: none, fields: { x: { from: left, as: grey }, t: { from: right, as: grey } }, size: 1 } }
networks:
  G: { type: layers, layers: [{ id: g, type: dense, units: 1, bias: false }, { type: reshape, shape: [1, 1, 1] }] }
  D: { type: layers, layers: [{ id: d, type: dense, units: 1, bias: false }] }
game:
  tensors: { y: G(x) }
  updates:
    D: { losses: { critic: { type: wgan, real: D(t), fake: D(y) } } }
    G: { losses: { l2: { type: l2, of: y, to: t } } }
  play: [D, G]
  outputs: { y: { from: x, reference: t } }
optimizer: { type: sgd, learning_rate: 0.1 }
train: { for: 10 steps, batch: 2, seed: 1 }
`;

export type Numbers = Readonly<Record<string, number>>;

/** What games start from in most tests. The slope of D's loss is 3 then, that of G's l2, which is 18, is 18, too. */
export const START: Numbers = { g: 2, d: 0.5 };
/** Masks for games that have them. */
export const BATCH = batchOf({ x: [1, 3], t: [2, 0], m: [1, 0], none: [0, 0] });

/** A game for the test that runs. */
export async function numberGame(engine: Engine, set: readonly string[] = [], start = START): Promise<Game> {
  const game = new Game({ plan: await planOf(NUMBERS, set), engine, registry });
  onTestFinished(() => game.dispose());
  put(game, start);
  return game;
}

/** Writes a network's variables by the ids of their layers: kernels, unless a name says otherwise (`g/bias`). */
export function put(game: Game, weights: Numbers): void {
  for (const [network, { variables }] of game.networks) {
    const arrays = [...variables].map(([name, { shape }]) => {
      const value = weights[name] ?? weights[name.replace('/kernel', '')] ?? 0;
      return { name, shape, data: new Float32Array(sizeOf(shape)).fill(value) };
    });
    game.start(network, arrays, 'test');
  }
}

/** All variables that hold one number, named as `put` takes them. */
export const numbersOf = ({ networks }: Pick<Game, 'networks'>): Numbers =>
  Object.fromEntries(
    [...networks.values()].flatMap(({ variables }) =>
      [...variables].map(([name, variable]) => [name.replace('/kernel', ''), variable.dataSync()[0]!]),
    ),
  );

/** Losses and rates of one step. */
export const play = (game: Game, step = 1, batch = BATCH, run = { steps: 10, stepsPerEpoch: 5 }) =>
  playStep(game, batch, step, run);

/** Examples of pictures of one pixel. */
export function batchOf(values: Readonly<Record<string, readonly number[]>>): Batch {
  const size = Object.values(values)[0]!.length;
  const fields = Object.entries(values).map(([name, numbers]) => {
    return [name, { data: Float32Array.from(numbers), shape: [size, 1, 1, 1] }] as const;
  });
  return { fields: Object.fromEntries(fields), names: { numbers: ['1.png'] }, size };
}

/** Data of these batches: trained on one after the other, or looked at one example a time. */
export const dataOf = (batches: readonly Batch[]): Data =>
  ({
    stepsPerEpoch: 4,
    palettes: {},
    async *batches(from: number) {
      for (let i = from; ; i++) yield await Promise.resolve(batches[i]!);
    },
    async *examples(_split: string, limit = Infinity) {
      for (const batch of batches.slice(0, limit)) yield await Promise.resolve(batch);
    },
    count: () => Promise.resolve(batches.length),
  }) as unknown as Data;

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NamedArray } from '../../src/core/state.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { Game, makeImages, makeSamples, playStep } from '../../src/trainers/index.js';
import type { Image } from '../../src/core/image.js';
import type { Data } from '../../src/data/types.js';
import { noiseBatch } from '../support/batch.js';
import { planOf, registry, TINY_RECIPE } from '../support/plan.js';
import { stateOf } from '../support/state.js';

const RUN = { steps: 10, stepsPerEpoch: 5 };

describe('averaged weights', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('ort');
  });
  afterAll(() => engine.close());

  const gameOf = async (...set: string[]): Promise<Game> =>
    new Game({ plan: await planOf(TINY_RECIPE, set), engine, registry });
  const values = (arrays: readonly NamedArray[] | undefined): number[] =>
    arrays!.flatMap(({ data }) => [...data]);

  test('follow the weights of the network that has them, and of no other', async () => {
    const game = await gameOf('networks.G.ema=0.75', 'game.updates.G.every=2 steps');
    const states = [await stateOf(game, 0)];
    for (let step = 1; step <= 4; step++) {
      await playStep(game, noiseBatch(game.plan, step), step, RUN);
      states.push(await stateOf(game, step));
    }
    expect(states[4]!.networks['D']!.average).toBeUndefined();
    const weights = states.map((state) => values(state.networks['G']!.weights));
    const averages = states.map((state) => values(state.networks['G']!.average));
    expect(averages[0]).toEqual(weights[0]);
    // An update of G in every second step: nothing follows in between.
    expect(averages[1]).toEqual(averages[0]);
    expect(averages[3]).toEqual(averages[2]);
    for (const [before, now] of [
      [0, 2],
      [2, 4],
    ] as const) {
      averages[now]!.forEach((average, i) => {
        expect(average).toBeCloseTo(0.75 * averages[before]![i]! + 0.25 * weights[now]![i]!, 6);
      });
    }
    game.dispose();
  });

  test('make the outputs, and leave training as it is', async () => {
    const plain = await gameOf();
    const averaged = await gameOf('networks.G.ema=0.9');
    const fake = async (game: Game) =>
      (await makeImages(game, noiseBatch(game.plan, 1, 1), 0, ['fake']))['fake']!.data;
    expect(await fake(averaged)).toEqual(await fake(plain));
    for (let step = 1; step <= 3; step++) {
      const batch = noiseBatch(plain.plan, step);
      const [a, b] = [await playStep(plain, batch, step, RUN), await playStep(averaged, batch, step, RUN)];
      expect(b.losses).toEqual(a.losses);
    }
    const state = await stateOf(averaged, 3);
    expect(state.networks['G']!.weights).toEqual((await stateOf(plain, 3)).networks['G']!.weights);
    expect(await fake(averaged)).not.toEqual(await fake(plain));
    // The same picture as of a network whose weights are the averages.
    plain.start('G', state.networks['G']!.average!, 'memory');
    expect(await fake(averaged)).toEqual(await fake(plain));
    plain.dispose();
    averaged.dispose();
  });

  test('starting weights are what an average begins with', async () => {
    const [first, second] = [await gameOf(), await gameOf('networks.G.ema=0.9', 'train.seed=2')];
    const { weights } = (await stateOf(first, 0)).networks['G']!;
    second.start('G', weights, 'memory');
    const started = (await stateOf(second, 0)).networks['G']!;
    expect(started.weights).toEqual(weights);
    expect(started.average).toEqual(weights);
    first.dispose();
    second.dispose();
  });

  test('draws repeat what is made with other noise, and fields not', async () => {
    const game = await gameOf();
    const data = {
      async *examples() {
        yield await Promise.resolve(noiseBatch(game.plan, 1, 1));
      },
    } as unknown as Data;
    const { columns, rows } = await makeSamples(game, data, {
      every: '1 epoch',
      split: 'val',
      count: 1,
      draws: 3,
    });
    expect(columns).toEqual(['source', 'fake', 'fake 2', 'fake 3', 'target']);
    const [, first, second, third] = rows[0]!.images as Image[];
    expect(first!.data).not.toEqual(second!.data);
    expect(second!.data).not.toEqual(third!.data);
    expect(first!.data).toEqual(
      (await makeImages(game, noiseBatch(game.plan, 1, 1), 0, ['fake']))['fake']!.data,
    );
    game.dispose();
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Batch, Data } from '../../src/data/types.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import type { Plan } from '../../src/plan/types.js';
import { NonFinite } from '../../src/core/non-finite.js';
import { Game, makeImages, noiseBatch, playStep, train } from '../../src/trainers/index.js';
import { planOf, registry, TINY_RECIPE } from '../support/plan.js';
import { stateOf } from '../support/state.js';

const RUN = { steps: 10, stepsPerEpoch: 5 };

describe('a game', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('ort');
  });
  afterAll(() => engine.close());

  const gameOf = async (set: readonly string[] = []): Promise<Game> =>
    new Game({ plan: await planOf(TINY_RECIPE, set), engine, registry });
  const play = async (game: Game, step = 1) => playStep(game, noiseBatch(game.plan, step), step, RUN);

  test('a relative loss holds each side against the other, for G with the roles exchanged', async () => {
    const relative = '{ type: relativistic, against: pair, real: "D(source, target)", ';
    const game = await gameOf([
      `game.updates.D.losses.adversarial=${relative}fake: "D(source, fake)" }`,
      `game.updates.G.losses.adversarial=${relative}fool: "D(source, fake)" }`,
      'game.play=[[D, G]]',
    ]);
    const { losses } = await play(game);
    const [d, g] = [losses['D/adversarial/real']!, losses['G/adversarial/fool']!];
    expect(losses['D/adversarial/fake']).toBeCloseTo(d, 5);
    expect(losses['G/adversarial/real']).toBeCloseTo(g, 5);
    // softplus(x) + softplus(-x) is at least twice ln 2, and the two parts count half each.
    expect(d + g).toBeGreaterThanOrEqual(Math.LN2 - 1e-6);
    expect(d).not.toBeCloseTo(g, 5);
    game.dispose();
  });

  test('the same seed gives the same bits, another seed others', async () => {
    const run = async (seed: number) => {
      const game = await gameOf([`train.seed=${seed}`]);
      const losses = [(await play(game, 1)).losses, (await play(game, 2)).losses];
      game.dispose();
      return losses;
    };
    expect(await run(1)).toEqual(await run(1));
    expect((await run(1))[0]).not.toEqual((await run(2))[0]);
  });

  test('3 steps, its state read and written to another game, 3 steps: the bits of 6', async () => {
    const whole = await gameOf();
    for (let step = 1; step <= 6; step++) await play(whole, step);
    const first = await gameOf();
    for (let step = 1; step <= 3; step++) await play(first, step);
    const state = await stateOf(first, 3);
    first.dispose();
    const second = await gameOf(['train.seed=1']);
    second.write(state, 'memory');
    for (let step = 4; step <= 6; step++) await play(second, step);
    expect(await stateOf(second, 6)).toEqual(await stateOf(whole, 6));
    whole.dispose();
    second.dispose();
  });

  test('a state of other networks is refused by name, and nothing is changed', async () => {
    const small = await gameOf();
    const other = await gameOf(['networks.D.filters=6']);
    await expect(stateOf(small, 0).then((state) => other.write(state, 'step-3'))).rejects.toThrow(
      /step-3, network D: "c1\/conv\/kernel" is 4x4x6x4 there and 4x4x6x6 here/,
    );
    small.dispose();
    other.dispose();
  });

  test('outputs are the same for the same example, and follow `inference`', async () => {
    const fake = async (game: Game, index: number) =>
      (await makeImages(game, noiseBatch(game.plan, 1, 1), index, ['fake']))['fake']!.data;
    const noisy = await gameOf();
    expect(await fake(noisy, 0)).toEqual(await fake(noisy, 0));
    expect(await fake(noisy, 0)).not.toEqual(await fake(noisy, 1));
    noisy.dispose();

    const still = await gameOf(['networks.G.inference={ dropout: false, batch_statistics: false }']);
    expect(await fake(still, 0)).toEqual(await fake(still, 1));
    const before = await fake(still, 0);
    const statistics = () =>
      [...still.networks.get('G')!.variables.keys()].filter((name) => name.includes('running_'));
    expect(statistics().length).toBeGreaterThan(0);
    const mean = async () =>
      (await stateOf(still, 0)).networks['G']!.weights.find(({ name }) => name.endsWith('running_mean'))!
        .data;
    expect([...(await mean())].every((x) => x === 0)).toBe(true);
    await play(still);
    expect([...(await mean())].some((x) => x !== 0)).toBe(true);
    expect(await fake(still, 0)).not.toEqual(before);
    still.dispose();
  });

  test('a loss that is not finite stops training with its step and name', async () => {
    const game = await gameOf();
    const events = train(game, dataOf(game.plan, 3), { from: 0, steps: 5 });
    const steps: number[] = [];
    const failure = (async () => {
      for await (const event of events) steps.push(event.step);
    })();
    await expect(failure).rejects.toThrow(NonFinite);
    await expect(failure).rejects.toThrow(/Loss D\/adversarial is NaN in step 3/);
    expect(steps).toEqual([1, 2]);
    game.dispose();
  });

  /** Noise, but for one step whose images are no numbers. */
  function dataOf(plan: Plan, broken: number): Data {
    return {
      sources: {},
      stepsPerEpoch: 5,
      palettes: {},
      cache: { examples: 0, bytes: 0, budget: 0 },
      skipped: [],
      digests: () => Promise.resolve({}),
      async *batches(from): AsyncGenerator<Batch, never> {
        for (let step = from + 1; ; step++) {
          const batch = noiseBatch(plan, step);
          if (step === broken) for (const field of Object.values(batch.fields)) field.data.fill(NaN);
          yield await Promise.resolve(batch);
        }
      },
      async *examples() {
        yield await Promise.resolve(noiseBatch(plan, 0, 1));
      },
      count: () => Promise.resolve(1),
      close: () => Promise.resolve(),
    };
  }
});

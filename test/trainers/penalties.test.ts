import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawn } from '../../src/core/draw.js';
import { Random } from '../../src/core/random.js';
import type { NamedArray } from '../../src/core/state.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { Game, playStep } from '../../src/trainers/index.js';
import { noiseBatch } from '../support/batch.js';
import { nativeEngines } from '../support/engines.js';
import { PATH_LENGTH, R1, WGAN_GP } from '../support/penalty-games.js';
import { planOf, registry } from '../support/plan.js';
import { stateOf } from '../support/state.js';

const RUN = { steps: 8, stepsPerEpoch: 4 };
const SGD = ['optimizer={ type: sgd, learning_rate: 1, momentum: 0 }'];

const gameOf = async (engine: Engine, text: string, ...set: string[]): Promise<Game> =>
  new Game({ plan: await planOf(text, set), engine, registry });

/** Plays steps `from` to `to`, and gives the losses of each. */
async function play(game: Game, from: number, to: number) {
  const played: Readonly<Record<string, number>>[] = [];
  for (let step = from; step <= to; step++)
    played.push((await playStep(game, noiseBatch(game.plan, step), step, RUN)).losses);
  return played;
}

const engines = await nativeEngines();

describe.each(engines)('penalties on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });
  afterAll(() => engine.close());

  /** Weights of a network, moved along a direction. */
  const moved = (weights: readonly NamedArray[], direction: readonly Float32Array[], by: number) =>
    weights.map((array, i) => ({ ...array, data: array.data.map((x, k) => x + by * direction[i]![k]!) }));

  test.each([
    ['gradient-penalty', WGAN_GP, 'D', 'D', 1, []],
    ['r1', R1, 'D', 'D', 2, []],
    ['path-length', PATH_LENGTH, 'G', 'S', 2, ['game.updates.G.losses.path.decay=1e-6']],
    ['path-length', PATH_LENGTH, 'G', 'M', 2, ['game.updates.G.losses.path.decay=1e-6']],
  ])('a step of %s follows the slope of its total', async (_type, text, update, network, step, set) => {
    // One step of gradient descent at rate 1 is the gradient; played at once, each update sees the weights before it.
    const one = [...SGD, 'game.play=[[D, G]]', ...set];
    const total = async (weights?: readonly NamedArray[]) => {
      const game = await gameOf(engine, text, ...one);
      if (weights) game.start(network, weights, 'memory');
      const [losses] = await play(game, step, step);
      const after = (await stateOf(game, step)).networks[network]!.weights;
      game.dispose();
      return { value: losses![`${update}/total`]!, after };
    };
    const first = await gameOf(engine, text, ...one);
    const { weights } = (await stateOf(first, 0)).networks[network]!;
    first.dispose();
    const { after } = await total();
    const gradient = weights.map(({ data }, i) => data.map((x, k) => x - after[i]!.data[k]!));
    // Along the gradient itself: the sharpest look that float32 allows at all weights at once.
    const square = gradient.flatMap((part) => [...part]).reduce((sum, g) => sum + g * g, 0);
    const h = 2e-3 / Math.sqrt(square);
    const [above, below] = [
      (await total(moved(weights, gradient, h))).value,
      (await total(moved(weights, gradient, -h))).value,
    ];
    expect(square).toBeGreaterThan(1e-6);
    expect((above - below) / (2 * h) / square).toBeCloseTo(1, 2);
  });
});

describe('a penalty of a linear network, by hand', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('ort');
  });
  afterAll(() => engine.close());

  const weightsOf = async (game: Game, network: string): Promise<Float32Array> =>
    (await stateOf(game, 0)).networks[network]!.weights[0]!.data;
  const norm = (values: ArrayLike<number>): number =>
    Math.sqrt(Array.from(values).reduce((sum, x) => sum + x * x, 0));

  test('of an image A w it is A^T y; the running mean of its lengths is kept, and follows `every`', async () => {
    const text = PATH_LENGTH.replace(
      / {2}S: .*/,
      '  S: { type: layers, layers: [{ id: d, type: dense, units: 768, bias: false }, { type: reshape, shape: [16, 16, 3] }] }',
    );
    const game = await gameOf(engine, text, 'game.play=[[D, G]]', 'game.updates.G.losses.path.weight=0');
    const deviation = 1 / 16;
    let mean = 0;
    for (const step of [1, 2, 3, 4]) {
      const a = await weightsOf(game, 'S'); // [8, 768]
      const [losses] = await play(game, step, step);
      expect('G/path' in losses!).toBe(step % 2 === 0);
      if (step % 2 === 1) continue;
      const y = drawn(
        [2, 16, 16, 3],
        new Random(1, 'step', step, 'G', 'loss', 'G/path'),
        (random, values) => {
          random.fillNormal(values, 0, deviation);
        },
      );
      const lengths = [0, 1].map((example) => {
        const noise = y.subarray(example * 768, (example + 1) * 768);
        const row = (i: number) =>
          a.subarray(i * 768, (i + 1) * 768).reduce((sum, x, k) => sum + x * noise[k]!, 0);
        return norm(Array.from({ length: 8 }, (_, i) => row(i)));
      });
      mean += 0.01 * ((lengths[0]! + lengths[1]!) / 2 - mean);
      const expected = lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / 2;
      expect(losses!['G/path']! / expected).toBeCloseTo(1, 4);
      const kept = (await stateOf(game, step)).kept!;
      expect(kept.map(({ name }) => name)).toEqual(['losses/G/path/mean']);
      expect(kept[0]!.data[0]! / mean).toBeCloseTo(1, 5);
    }
    game.dispose();
  });
});

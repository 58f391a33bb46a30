import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { Game, playStep } from '../../src/trainers/index.js';
import { noiseBatch } from '../support/batch.js';
import { nativeEngines } from '../support/engines.js';
import { planOf, registry } from '../support/plan.js';
import { stateOf } from '../support/state.js';

const RUN = { steps: 12, stepsPerEpoch: 4 };

/** Nothing couples examples: instance and layer norm, dropout, noise, a penalty per example, a pool of fakes. */
const APART = `
name: apart
data: { pairs: { type: synthetic-maps, fields: { source: left, target: right }, size: 16 } }
networks:
  G:
    type: encoder-decoder
    norm: instance
    encoder: [{ id: e1, filters: 4, norm: none }, { id: e2, filters: 8 }, { id: bottleneck, filters: 8, norm: none, activation: relu }]
    decoder: [{ id: d2, filters: 8, skip: e2, dropout: 0.5 }, { id: d1, filters: 4, skip: e1 }]
    inference: { dropout: true, batch_statistics: true }
    ema: 0.9
  D: { type: patchgan, patch: 16, filters: 4, norm: instance }
game:
  tensors:
    z: { type: noise, size: 3 }
    fake: "G(source, z)"
    old: { type: image-pool, of: fake, size: 6 }
    mixed: { type: interpolate, of: target, to: fake }
  updates:
    D:
      losses:
        adversarial: { type: lsgan, real: "D(source, target)", fake: "D(source, old)", weight: 0.5 }
        penalty: { type: gradient-penalty, of: "D(source, mixed)", at: mixed, weight: 10, every: 2 steps }
    G:
      losses:
        adversarial: { type: lsgan, fool: "D(source, fake)" }
        l1: { type: l1, of: fake, to: target, weight: 100 }
  play: [D, G]
  outputs: { fake: { from: [source, z], reference: target } }
optimizer: { type: adam, learning_rate: 2e-4, beta1: 0.5 }
train: { for: 12 steps, batch: 4, seed: 1 }
`;

async function play(engine: Engine, set: readonly string[], steps: number) {
  const plan = await planOf(APART, set);
  const game = new Game({ plan, engine, registry });
  const losses: Readonly<Record<string, number>>[] = [];
  for (let step = 1; step <= steps; step++)
    losses.push((await playStep(game, noiseBatch(plan, step), step, RUN)).losses);
  const state = await stateOf(game, steps);
  game.dispose();
  return { losses, state };
}

type Played = Awaited<ReturnType<typeof play>>;

function expectEqual(actual: Played, expected: Played): void {
  expected.losses.forEach((losses, i) => {
    expect(Object.keys(actual.losses[i]!)).toEqual(Object.keys(losses));
    for (const [key, value] of Object.entries(losses))
      expect(Math.abs(actual.losses[i]![key]! - value), `${key} in step ${i + 1}`).toBeLessThan(
        1e-4 * Math.max(1, Math.abs(value)),
      );
  });
  const values = ({ state }: Played, network: string) =>
    state.networks[network]!.weights.flatMap(({ data }) => [...data]);
  for (const network of Object.keys(expected.state.networks)) {
    const [mine, other] = [values(actual, network), values(expected, network)];
    // Adam takes a gradient of rounding noise for one: a step is at most its rate.
    const apart = mine.map((x, i) => Math.abs(x - other[i]!));
    expect(apart.filter((x) => x > 2e-5).length / apart.length, network).toBeLessThan(0.02);
  }
}

const PLAYS = ['[D, G]', '[G, D]', '[[D, G]]'];

describe.each(await nativeEngines())('a batch in parts on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });
  afterAll(() => engine.close());

  test.each(PLAYS)('is the whole batch, played %s: draws, pool, penalty, averages and all', async (order) => {
    const whole = await play(engine, [`game.play=${order}`], 6);
    const halves = await play(engine, [`game.play=${order}`, 'train.accumulate=2'], 6);
    expectEqual(halves, whole);
    // In parts a pool fills with the same images in the same order.
    const pool = ({ state }: Played) => state.kept!.find((each) => each.name === 'tensors/old/images')!.data;
    const apart = pool(halves).map((x, i) => Math.abs(x - pool(whole)[i]!));
    expect(Math.max(...apart)).toBeLessThan(1e-3);
    expectEqual(await play(engine, [`game.play=${order}`, 'train.accumulate=4'], 6), whole);
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import type { NamedArray } from '../../src/core/state.js';
import { median } from '../../bench/median.js';
import { openEngine } from '../../src/engine/index.js';
import { loadRecipe } from '../../src/recipe/load.js';
import { planRecipe } from '../../src/plan/plan.js';
import type { Plan } from '../../src/plan/types.js';
import { Game, noiseBatch, playStep } from '../../src/trainers/index.js';
import { nativeEngines } from '../support/engines.js';
import { registry } from '../support/plan.js';
import { stateOf } from '../support/state.js';

/** Plays some steps from the seed's weights. */
async function play(engineName: string, plan: Plan, steps: number) {
  const engine = await openEngine(engineName);
  const game = new Game({ plan, engine, registry });
  const losses: Record<string, number>[] = [];
  for (let step = 1; step <= steps; step++) {
    losses.push({
      ...(await playStep(game, noiseBatch(plan, step), step, { steps, stepsPerEpoch: 10 })).losses,
    });
  }
  const end = await stateOf(game, steps);
  game.dispose();
  engine.close();
  return { losses, end };
}

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));

type Played = Awaited<ReturnType<typeof play>>;

function expectSame(actual: Played, expected: Played, tolerance: number): void {
  for (const [step, losses] of actual.losses.entries()) {
    for (const [key, value] of Object.entries(losses)) {
      const reference = expected.losses[step]![key]!;
      const error = Math.abs(value - reference) / Math.abs(reference);
      expect(error, `${key} in step ${step + 1}`).toBeLessThan(tolerance);
    }
  }
}

/** By variable: norm of the difference of first moments, relative to theirs. */
function momentDifferences(actual: readonly NamedArray[], expected: readonly NamedArray[]): number[] {
  return expected.flatMap(({ name, data }, i) => {
    const other = data;
    const mine = actual[i]!.data;
    return name.endsWith('/m') ? [norm(mine.map((x, k) => x - other[k]!)) / norm(other)] : [];
  });
}

const engines = await nativeEngines();

describe('the reference recipe, narrowed', () => {
  let plan: Plan;
  let cpu: Played;
  // Every layer, at every size it has; a fraction of the width, without which cpu's step takes a quarter of an hour.
  beforeAll(async () => {
    const set = ['networks.G={ type: unet, depth: 8, filters: 2, dropout: 0.5 }', 'networks.D.filters=2'];
    plan = planRecipe((await loadRecipe('recipes/pix2pix-maps.yaml', { registry, set })).recipe, registry);
    cpu = await play('cpu', plan, 1);
  });

  test.each(engines)('has the losses and gradients of cpu on %s', async (name) => {
    const actual = await play(name, plan, 1);
    expectSame(actual, cpu, 1e-4);
    // Adam's first step is as large for a gradient of rounding noise as for any other: its first moments are compared,
    // which are the gradients, halved. Where rounding takes a single pixel over a rectifier's kink, all layers before it
    // differ by a little.
    for (const [network, { optimizer }] of Object.entries(actual.end.networks)) {
      const differences = momentDifferences(optimizer!.slots, cpu.end.networks[network]!.optimizer!.slots);
      expect(median(differences), `most gradients of ${network}`).toBeLessThan(1e-4);
      expect(Math.max(...differences), `all gradients of ${network}`).toBeLessThan(3e-2);
    }
  });
});

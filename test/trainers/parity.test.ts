import { beforeAll, describe, expect, test } from 'vitest';
import type { NamedArray } from '../../src/core/state.js';
import { median } from '../../bench/median.js';
import { openEngine } from '../../src/engine/index.js';
import { loadRecipe } from '../../src/recipe/node.js';
import { planRecipe } from '../../src/plan/plan.js';
import type { Plan } from '../../src/plan/types.js';
import { Game, noiseBatch, playStep } from '../../src/trainers/index.js';
import { nativeEngines } from '../support/engines.js';
import { registry } from '../support/plan.js';
import { stateOf } from '../support/state.js';

/** A step from the seed's weights. */
async function play(engineName: string, plan: Plan) {
  const engine = await openEngine(engineName);
  const game = new Game({ plan, engine, registry });
  const { losses } = await playStep(game, noiseBatch(plan, 1), 1, { steps: 1, stepsPerEpoch: 10 });
  const end = await stateOf(game, 1);
  game.dispose();
  engine.close();
  return { losses, end };
}

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));

/** By variable: norm of the difference of first moments, relative to theirs. */
function momentDifferences(actual: readonly NamedArray[], expected: readonly NamedArray[]): number[] {
  return expected.flatMap(({ name, data }, i) => {
    const apart = actual[i]!.data.map((x, k) => x - data[k]!);
    return name.endsWith('/m') ? [norm(apart) / norm(data)] : [];
  });
}

const engines = await nativeEngines();

describe('the reference recipe, narrowed', () => {
  let plan: Plan;
  let cpu: Awaited<ReturnType<typeof play>>;
  // Every layer, at every size it has; a fraction of the width, without which cpu's step takes a quarter of an hour.
  beforeAll(async () => {
    const set = ['networks.G={ type: unet, depth: 8, filters: 2, dropout: 0.5 }', 'networks.D.filters=2'];
    plan = planRecipe((await loadRecipe('recipes/pix2pix-maps.yaml', { registry, set })).recipe, registry);
    cpu = await play('cpu', plan);
  });

  test.each(engines)('has the losses and gradients of cpu on %s', async (name) => {
    const actual = await play(name, plan);
    for (const [key, value] of Object.entries(cpu.losses))
      expect(Math.abs(actual.losses[key]! / value - 1), key).toBeLessThan(1e-4);
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

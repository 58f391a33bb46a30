import { describe, expect, test } from 'vitest';
import type { TrainState } from '../../src/core/state.js';
import { openEngine } from '../../src/engine/index.js';
import type { Plan } from '../../src/plan/types.js';
import { Game, noiseBatch, playStep } from '../../src/trainers/index.js';
import { planOf, registry, TINY_RECIPE } from '../support/plan.js';
import { stateOf } from '../support/state.js';

/** Plays some steps from the seed's weights. */
async function play(engineName: string, plan: Plan, steps: number) {
  const engine = await openEngine(engineName);
  const game = new Game({ plan, engine, registry });
  const start = await stateOf(game, 0);
  const losses: Record<string, number>[] = [];
  const tensors: number[] = [];
  for (let step = 1; step <= steps; step++) {
    losses.push({
      ...(await playStep(game, noiseBatch(plan, step), step, { steps, stepsPerEpoch: 10 })).losses,
    });
    tensors.push(engine.tf.memory().numTensors);
  }
  const end = await stateOf(game, steps);
  game.dispose();
  engine.close();
  return { losses, start, end, tensors };
}

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));

/** By network: norm of the difference of the two updates, relative to the update's. */
function updateDifference(
  a: { start: TrainState; end: TrainState },
  b: { start: TrainState; end: TrainState },
) {
  return Object.keys(a.end.networks).map((name) => {
    const move = (run: { start: TrainState; end: TrainState }): Float32Array => {
      const before = run.start.networks[name]!.weights.flatMap((array) => [...array.data]);
      const after = run.end.networks[name]!.weights.flatMap((array) => [...array.data]);
      return Float32Array.from(after, (x, i) => x - before[i]!);
    };
    const [mine, other] = [move(a), move(b)];
    return norm(mine.map((x, i) => x - other[i]!)) / norm(other);
  });
}

describe('a training step through ort and cpu, from the same weights', () => {
  test('losses within 1e-4 relative, updates within 1e-3 of each other’s norm, no tensor left behind', async () => {
    const plan = await planOf(TINY_RECIPE, ['data.pairs.type=side-by-side', 'data.pairs.path=x']);
    const ort = await play('ort', plan, 3);
    const cpu = await play('cpu', plan, 3);
    for (const [step, losses] of ort.losses.entries()) {
      for (const [key, value] of Object.entries(losses)) {
        const reference = cpu.losses[step]![key]!;
        expect(Math.abs(value - reference) / Math.abs(reference), `${key} in step ${step + 1}`).toBeLessThan(
          1e-4,
        );
      }
    }
    for (const difference of updateDifference(ort, cpu)) expect(difference).toBeLessThan(1e-3);
    expect(new Set(ort.tensors).size).toBe(1);
    expect(new Set(cpu.tensors).size).toBe(1);
  });
});

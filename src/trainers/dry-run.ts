import type { DryRun } from '../engine/index.js';
import type { Plan } from '../plan/index.js';
import type { Registry } from '../registry/index.js';
import { Game } from './game.js';
import { noiseBatch } from './noise-batch.js';
import { playStep } from './step.js';

/**
 * Plays a step in which every update and loss is due on tensors without values. An operation that the engine lacks is
 * found before any data is read, in a loss's gradient or an optimiser as well as in a layer.
 * @throws UserError naming the operation, the place that needs it, and the engines that have it.
 */
export async function dryRun(plan: Plan, registry: Registry, engine: DryRun): Promise<void> {
  const game = new Game({ plan, engine, registry, dryRun: { within: engine.within } });
  try {
    const intervals = [...Object.values(plan.updates)].flatMap((update) => [
      update.every,
      ...update.losses.map(({ every }) => every),
    ]);
    const step = intervals.reduce((product, every) => product * every, 1);
    await playStep(game, noiseBatch(plan, 1), step, { steps: step, stepsPerEpoch: 1 });
  } finally {
    game.dispose();
  }
}

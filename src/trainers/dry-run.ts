import type { Rehearsal } from '../engine/index.js';
import type { Plan } from '../plan/index.js';
import type { Registry } from '../registry/index.js';
import { Game } from './game.js';
import { noiseBatch } from './noise-batch.js';
import { playStep } from './step.js';

/**
 * Plays a step in which everything is due without computing it, so that an operation which the engine lacks is found
 * before any data is read, in a loss's gradient or an optimiser as well as in a layer.
 * @throws UserError naming the operation, the place that needs it, and the engines that have it.
 */
export async function rehearse(plan: Plan, registry: Registry, rehearsal: Rehearsal): Promise<void> {
  const game = new Game({ plan, engine: rehearsal, registry, rehearsed: { within: rehearsal.within } });
  try {
    const everything = [...Object.values(plan.updates)].flatMap((update) => [
      update.every,
      ...update.losses.map(({ every }) => every),
    ]);
    const step = everything.reduce((product, every) => product * every, 1);
    await playStep(game, noiseBatch(plan, 1), step, { steps: step, stepsPerEpoch: 1 });
  } finally {
    game.dispose();
  }
}

import type { StepEvent } from '../core/events.js';
import { NonFinite } from '../core/non-finite.js';
import { nextTurn } from '../core/turn.js';
import type { Batch, Data } from '../data/index.js';
import type { Game } from './game.js';
import type { RunClock } from './schedule.js';
import { playStep } from './step.js';

export interface TrainOptions {
  /** Steps done already. */
  readonly from: number;
  /** Number of the last step. */
  readonly steps: number;
  /** Position of these steps in a longer run; default: they are the whole run. */
  readonly within?: {
    /** Id of the phase, where there are several. */
    readonly id: string | undefined;
    readonly clock: RunClock;
    /** Epochs of the run that are done after a step. */
    readonly epochsAt: (step: number) => number;
    /** Steps of the run before the data's first batch. */
    readonly dataFrom: number;
  };
}

/**
 * The adversarial trainer: plays the recipe's game step by step and yields the losses of each step.
 * It writes no file, prints nothing and knows no particular game. Between two steps the caller may evaluate or save: no
 * weight changes until the next step is asked for. `return()` stops it.
 * @throws NonFinite after the step whose loss is not finite.
 */
export async function* train(
  game: Game,
  data: Data,
  { from, steps, within }: TrainOptions,
): AsyncGenerator<StepEvent, void> {
  const { stepsPerEpoch } = data;
  const batches = data.batches(from - (within?.dataFrom ?? 0));
  const clock = within?.clock ?? { steps, stepsPerEpoch };
  try {
    for (let step = from + 1; step <= steps; step++) {
      const start = performance.now();
      const batch = await nextBatch(batches);
      const waited = performance.now();
      const { losses, learningRates } = await playStep(game, batch, step, clock);
      for (const [loss, value] of Object.entries(losses)) {
        if (!Number.isFinite(value)) throw new NonFinite(step, 'loss', loss, value);
      }
      // Where every batch is ready in time, nothing else in a step waits for the event loop.
      await nextTurn();
      yield {
        type: 'step',
        step,
        epoch: within ? within.epochsAt(step) : step / stepsPerEpoch,
        ...(within?.id === undefined ? {} : { phase: within.id }),
        losses,
        learningRates,
        images: batch.size,
        ms: performance.now() - start,
        waitMs: waited - start,
      };
    }
  } finally {
    await batches.return(undefined as never);
  }
}

async function nextBatch(batches: AsyncGenerator<Batch, never>): Promise<Batch> {
  const { value } = await batches.next();
  return value;
}

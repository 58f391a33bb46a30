import type { HealthEvent, RunEvent, StepEvent } from '../../core/events.js';
import { UserError } from '../../core/errors.js';
import { NonFinite } from '../../core/non-finite.js';
import { discardCheckpointsAfter, loadCheckpoint, type LoadedCheckpoint } from '../../record/index.js';
import { healthChecks, HealthMonitor, type NonFiniteEvent } from '../health/index.js';
import { Game, type GameOptions } from '../../trainers/index.js';
import { changedData } from './changed-data.js';
import { changedPlugins } from './changed-plugins.js';
import { Recorder, type RecorderOptions } from './recorder.js';
import type { PhasePlan, Plan } from '../../plan/index.js';

/** Each halves the learning rates: with a sixteenth of them it would be another experiment. */
const MAX_ROLLBACKS = 3;

export interface TrainingOptions
  extends Omit<RecorderOptions, 'game' | 'health'>, Omit<GameOptions, 'plan' | 'dryRun'> {
  readonly planned: readonly PhasePlan[];
  /** Steps done already. */
  readonly step: number;
}

/**
 * The game of a run and the recorder of what happens in it. Going back to a checkpoint makes both anew, as a resume in
 * another process would.
 */
export class Training {
  private current: { readonly game: Game; readonly recorder: Recorder };
  private stepsDone: number;

  constructor(private readonly options: TrainingOptions) {
    this.current = this.make();
    this.stepsDone = options.step;
  }

  /** Steps done. */
  get step(): number {
    return this.stepsDone;
  }

  private get game(): Game {
    return this.current.game;
  }

  get recorder(): Recorder {
    return this.current.recorder;
  }

  /**
   * Goes on from a checkpoint, or from the beginning. What is on record of later steps becomes void.
   * @param opening what the journal says of it.
   */
  async resume(from: LoadedCheckpoint | undefined, opening: readonly RunEvent[]): Promise<void> {
    const { folder, phases } = this.options;
    const { game, recorder } = this;
    const step = from?.state.step ?? 0;
    await phases.goTo(step, game);
    if (from) game.write(from.state, from.folder);
    // The checkpoint itself may be older than the last rollback to it.
    game.rollbacks = Math.max(game.rollbacks, await recorder.recall(step));
    const changed = [...(await changedData(folder, opening)), ...(await changedPlugins(folder, opening))];
    // Later ones are damaged, or of steps that will now be done again.
    const notRemoved = await discardCheckpointsAfter(folder, step);
    for (const event of opening) {
      recorder.event(event);
      if (event.type === 'rollback') game.rollbacks = event.count;
    }
    for (const warning of [...(from?.warnings ?? []), ...notRemoved, ...changed])
      recorder.warn(step, warning);
    await recorder.catchUp(step);
  }

  /**
   * Trains to the end, phase after phase, or until the signal is aborted; then the last metrics, pictures and weights. A
   * run that had done all its steps when it was resumed has these already.
   * @param onStep called after each step, with the plan of its phase.
   */
  async train(
    signal: AbortSignal | undefined,
    onStep: (plan: Plan, event: StepEvent) => void,
  ): Promise<void> {
    const { phases } = this.options;
    const { steps } = phases.course;
    for (let isDone = this.stepsDone === steps; !isDone;) {
      try {
        for await (const event of phases.train(this.game, this.stepsDone)) {
          this.stepsDone = event.step;
          onStep(phases.plan, event);
          await this.recorder.after(event);
          if (signal?.aborted) break;
        }
        await this.recorder.finish(this.stepsDone, this.stepsDone < steps);
        isDone = true;
      } catch (error) {
        this.stepsDone = await this.rollBack(error);
      }
    }
  }

  /**
   * Where a loss or a weight is not finite and the recipe says so: back to the last good checkpoint with half the rates.
   * @returns its step. @throws the error where it is another, or there is nothing left to try.
   */
  private async rollBack(error: unknown): Promise<number> {
    const { options, game, recorder } = this;
    const { train, checkpoint } = game.plan.recipe;
    if (!(error instanceof NonFinite) || train.on_nonfinite === 'stop' || game.rollbacks >= MAX_ROLLBACKS)
      throw error;
    await recorder.settled();
    const due = (step: number): boolean => step === 0 || options.phases.course.isDue(checkpoint.every, step);
    const from = await loadCheckpoint(options.folder, 'last', { prefer: due }).catch((none: unknown) => {
      throw none instanceof UserError ? error : none;
    });
    const { step } = from.state;
    const count = game.rollbacks + 1;
    const rate = game.rate / 2;
    const outcome = `Training goes back to step ${step}, with ${rate} times the learning rates (rollback ${count} of ${MAX_ROLLBACKS}).`;
    // Recorded under the step gone back to, and before it is: what is on record of later steps is void from then on.
    const health = this.findings(error, step, outcome);
    await options.phases.restart();
    game.dispose();
    this.current = this.make();
    const { step: at, message: reason } = error;
    await this.resume(from, [...health, { type: 'rollback', step, from: at, reason, count, rate }]);
    options.journal.flush();
    return step;
  }

  /** Puts on record a loss or a weight that stops the run. */
  recordFailure(error: NonFinite): void {
    const { rollbacks } = this.game;
    const before = rollbacks > 0 ? `The run stops: ${rollbacks} rollbacks did not help.` : 'The run stops.';
    for (const event of this.findings(error, error.step, before)) this.recorder.event(event);
  }

  private findings(found: NonFinite, step: number, outcome: string): readonly HealthEvent[] {
    const event: NonFiniteEvent = {
      type: 'non-finite',
      step,
      found,
      rollbacks: this.game.rollbacks,
      outcome,
    };
    return this.recorder.findings(event);
  }

  private make(): { readonly game: Game; readonly recorder: Recorder } {
    const { planned, registry, phases } = this.options;
    const game = new Game({ ...this.options, plan: phases.plan });
    const plans = planned.map(({ plan }) => plan);
    const health = new HealthMonitor(healthChecks, { plans, registry, steps: phases.course.steps });
    return { game, recorder: new Recorder({ ...this.options, game, health }) };
  }

  dispose(): void {
    this.game.dispose();
  }
}

import type { HealthEvent, RunEvent } from '../core/events.js';
import { UserError } from '../core/errors.js';
import { NonFinite } from '../core/non-finite.js';
import { discardCheckpointsAfter, loadCheckpoint, type LoadedCheckpoint } from '../record/index.js';
import type { NonFiniteEvent } from './health/index.js';
import { Game, type GameOptions } from '../trainers/index.js';
import { changedData } from './resume/changed-data.js';
import { changedPlugins } from './resume/changed-plugins.js';
import { Recorder, type RecorderOptions } from './record/recorder.js';
import { watchHealth } from './watch-health.js';
import type { PhasePlan } from '../plan/index.js';

/** Rollbacks of a run: rates a sixteenth as high are another experiment. */
export const MOST_ROLLBACKS = 3;

export interface TrainingOptions
  extends Omit<RecorderOptions, 'game' | 'health'>, Omit<GameOptions, 'plan' | 'rehearsed'> {
  readonly planned: readonly PhasePlan[];
}

/** The game of a run and who keeps its record. Going back to a checkpoint begins both anew, as a resume in another process. */
export class Training {
  private playing: { readonly game: Game; readonly recorder: Recorder };

  constructor(private readonly options: TrainingOptions) {
    this.playing = this.begin();
  }

  get game(): Game {
    return this.playing.game;
  }

  get recorder(): Recorder {
    return this.playing.recorder;
  }

  /**
   * Goes on from a checkpoint, or from the beginning. What is on record of later steps becomes void.
   * @param opening what the journal is told of it.
   */
  async goOn(from: LoadedCheckpoint | undefined, opening: readonly RunEvent[]): Promise<void> {
    const { folder, phases } = this.options;
    const { game, recorder } = this;
    const step = from?.state.step ?? 0;
    await phases.goTo(step, game);
    if (from) game.write(from.state, from.folder);
    // The checkpoint itself may be older than the last rollback to it.
    game.rollbacks = Math.max(game.rollbacks, await recorder.recall(step));
    const changed = [...(await changedData(folder, opening)), ...(await changedPlugins(folder, opening))];
    // Later ones are damaged, or of steps that will now be done again.
    const notGone = await discardCheckpointsAfter(folder, step);
    for (const event of opening) {
      recorder.event(event);
      if (event.type === 'rollback') game.rollbacks = event.count;
    }
    for (const warning of [...(from?.warnings ?? []), ...notGone, ...changed]) recorder.warn(step, warning);
    await recorder.catchUp(step);
  }

  /**
   * Where a loss or a weight is not finite and the recipe says so: back to the last good checkpoint with half the rates.
   * @returns its step. @throws the error where it is another, or there is nothing left to try.
   */
  async rollBack(error: unknown): Promise<number> {
    const { options, game, recorder } = this;
    const { train, checkpoint } = game.plan.recipe;
    if (!(error instanceof NonFinite) || train.on_nonfinite === 'stop' || game.rollbacks >= MOST_ROLLBACKS)
      throw error;
    await recorder.settled();
    const due = (step: number): boolean => step === 0 || options.phases.course.isDue(checkpoint.every, step);
    const from = await loadCheckpoint(options.folder, 'last', { rather: due }).catch((none: unknown) => {
      throw none instanceof UserError ? error : none;
    });
    const { step } = from.state;
    const count = game.rollbacks + 1;
    const rate = game.rate / 2;
    const outcome = `Training goes back to step ${step}, with ${rate} times the learning rates (rollback ${count} of ${MOST_ROLLBACKS}).`;
    // Told of the step gone back to, and before: what is on record of later ones is void from then on.
    const health = this.findings(error, step, outcome);
    await options.phases.restart();
    game.dispose();
    this.playing = this.begin();
    const { step: at, message: reason } = error;
    await this.goOn(from, [...health, { type: 'rollback', step, from: at, reason, count, rate }]);
    options.journal.flush();
    return step;
  }

  /** What is on record of something that stops the run. */
  giveUp(error: NonFinite): void {
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
    return this.recorder.look(event);
  }

  private begin(): { readonly game: Game; readonly recorder: Recorder } {
    const { planned, registry, phases } = this.options;
    const game = new Game({ ...this.options, plan: phases.plan });
    const health = watchHealth(planned, registry, phases.course.steps);
    return { game, recorder: new Recorder({ ...this.options, game, health }) };
  }

  dispose(): void {
    this.game.dispose();
  }
}

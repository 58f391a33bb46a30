import { UserError } from '../core/errors.js';
import type { RunEvent } from '../core/events.js';
import { NonFinite } from '../core/non-finite.js';
import type { Engine } from '../engine/index.js';
import { DeliveryProcess } from '../tracking/index.js';
import { checkpointsKept, estimateDuration } from './duration/estimate.js';
import { Pace } from './duration/pace.js';
import type { LoadedRun } from './load/load-run.js';
import type { RunResult } from './observer.js';
import type { RunRequest } from './request.js';
import type { Resources } from './resources.js';
import { SystemSampler } from './system/sampler.js';
import { Training, type TrainingOptions } from './train/training.js';

export interface SessionOptions {
  readonly request: RunRequest;
  readonly resume: LoadedRun['resume'];
  /** Entries before the first step; the journal of a new run has them already. */
  readonly opening: readonly RunEvent[];
  /** Opened already; closed with the session. */
  readonly resources: Resources;
  readonly training: TrainingOptions & { readonly engine: Engine };
}

/** A run that is open: its training, and what goes on next to it (pace, system metrics, delivery to MLflow). */
export class Session {
  private readonly training: Training;
  private readonly pace: Pace;
  private readonly system: SystemSampler;
  /** The journal has its last entry. */
  private isConcluded = false;

  constructor(private readonly options: SessionOptions) {
    const { request, resources, training } = options;
    this.training = new Training(training);
    resources.add({ close: () => this.training.dispose() });
    this.pace = new Pace(request);
    this.system = new SystemSampler(training.folder, (metrics) =>
      this.record({ type: 'system', step: this.step, metrics }),
    );
    this.startDelivery();
  }

  /** Resumes from the checkpoint, if there is one, and reports the outlook to the observer. */
  async start(): Promise<void> {
    const { training, step } = this;
    const { request, resume, opening } = this.options;
    const { observer, phases, engine, folder } = this.options.training;
    if (resume) await training.resume(resume.checkpoint, opening);
    else for (const event of opening) training.recorder.observe(event);
    const { course, plan, data } = phases;
    const { train, checkpoint } = plan.recipe;
    // Training that may go back has somewhere to go back to.
    if (step === 0 && train.on_nonfinite === 'rollback') await training.recorder.saveCheckpoint(0);
    observer.outlook?.({
      plan,
      data,
      engine: engine.describe(),
      folder,
      from: step,
      steps: course.steps,
      epochs: course.epochsAt(course.steps),
      duration: await estimateDuration(course, step, request, engine),
      checkpoints: checkpointsKept(checkpoint, course),
    });
  }

  /** Trains to the end, or until it is asked to stop. */
  async train(): Promise<void> {
    await this.training.train(this.options.request.signal, (plan, event) => this.pace.step(plan, event));
  }

  /** Concludes the journal and writes the report. */
  async finish(): Promise<RunResult> {
    const { step, steps } = this;
    const status = step < steps ? 'killed' : 'finished';
    await this.pace.keep();
    const report = await this.conclude({ type: 'end', step, status });
    const { folder } = this.options.training;
    return { status, folder, step, steps, report, ...this.training.recorder.outcome };
  }

  /** Puts on record why the run failed. @returns the error to throw: it names the last weights that are good. */
  async fail(error: unknown): Promise<unknown> {
    const { training, step } = this;
    if (error instanceof NonFinite) training.recordFailure(error);
    // What stops a run from outside leaves good weights: they are kept. A loss that is not finite does not.
    // What fails now must not hide why the run failed.
    else if (error instanceof UserError && step > 0)
      await training.recorder.saveCheckpoint(step).catch(() => undefined);
    await training.recorder.settled().catch(() => undefined);
    const reason = error instanceof Error ? error.message : String(error);
    await this.conclude({ type: 'end', step, status: 'failed', reason });
    return withCheckpoint(error, training.recorder.outcome.checkpoint);
  }

  close(): Promise<void> {
    return this.options.resources.close();
  }

  /** Steps done. */
  private get step(): number {
    return this.training.step;
  }

  private get steps(): number {
    return this.options.training.phases.course.steps;
  }

  private record(event: RunEvent): void {
    this.training.recorder.event(event);
  }

  /** @returns the report's path, undefined where it could not be written. */
  private async conclude(end: RunEvent): Promise<string | undefined> {
    await this.system.close();
    this.record(end);
    this.options.training.journal.flush();
    return this.training.recorder.report();
  }

  /** Has the run delivered to MLflow while it trains, where that is asked for. */
  private startDelivery(): void {
    const { request, resources, training } = this.options;
    const { observer, folder } = training;
    const options = request.tracking?.delivery;
    if (!options) return;
    const tracking = new DeliveryProcess(folder, options, {
      opened: (url) => {
        const text = `MLflow shows this run at ${url}`;
        const event = { type: 'message', step: this.step, level: 'info', text } as const;
        if (this.isConcluded) observer.event?.(event);
        else this.record(event);
      },
      warn: (text) => (this.isConcluded ? observer.warn(text) : this.training.recorder.warn(this.step, text)),
    });
    resources.add({
      close: () => {
        this.isConcluded = true;
        return tracking.end();
      },
    });
  }
}

function withCheckpoint(error: unknown, checkpoint: string | undefined): unknown {
  if (!(error instanceof UserError)) return error;
  const last =
    checkpoint === undefined ? 'No checkpoint had been saved yet.' : `Last good checkpoint: ${checkpoint}`;
  return new UserError(error.message, {
    cause: error,
    remedy: error.remedy === undefined ? last : `${error.remedy}\n  ${last}`,
    exitCode: error.exitCode,
  });
}

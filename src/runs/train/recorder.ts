import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { UserError } from '../../core/errors.js';
import type { HealthEvent, RunEvent, StepEvent } from '../../core/events.js';
import { slashed } from '../../core/node/paths.js';
import {
  beginCheckpoint,
  checkpointFolder,
  isFileError,
  type Journal,
  JOURNAL_FILE,
  pruneCheckpoints,
  readJournal,
  reason,
  replaceFile,
  type Saved,
  writeExport,
} from '../../record/index.js';
import { renderGrid } from '../../record/pictures/index.js';
import { writeReport } from '../../reports/run/index.js';
import type { MetricFiles } from '../../registry/index.js';
import type { HealthMonitor, Observed } from '../health/index.js';
import { evaluate, type Game, makeSamples, networksOf, type Samples } from '../../trainers/index.js';
import { diversityOf } from './diversity.js';
import type { RunObserver, RunResult } from '../observer.js';
import type { Phases } from './phases.js';
import { WriteFailures } from './write-failures.js';

export interface RecorderOptions {
  readonly folder: string;
  readonly journal: Journal;
  readonly game: Game;
  /** Where the run stands. */
  readonly phases: Phases;
  readonly health: HealthMonitor;
  readonly observer: RunObserver;
  /** What metrics read besides images. */
  readonly files: MetricFiles;
  readonly resolvedYaml: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** Work that is awaited later; until then its failure must not count as unhandled. */
function inBackground(work: Promise<void>): Promise<void> {
  work.catch(() => undefined);
  return work;
}

/**
 * What happens between two steps: the journal is written and, when due, pictures, metrics and checkpoints are made.
 * Training waits for what reads the networks: metrics, the images of a sample, a checkpoint's copy. Drawing the picture
 * and bringing the checkpoint to the disk go on in the background of the next steps, one of each at a time.
 */
export class Recorder {
  private metrics: Readonly<Record<string, number>> = {};
  private sample: string | undefined;
  private checkpoint: string | undefined;
  /** The last step for which each was made. */
  private readonly doneAt = { sample: -1, evaluate: -1, checkpoint: -1 };
  private readonly writeFailures = new WriteFailures(
    (event) => this.event(event),
    (text) => this.options.observer.warn(text),
  );
  /** In the background of training. */
  private drawing: Promise<void> = Promise.resolve();
  private saving: Promise<void> = Promise.resolve();

  constructor(private readonly options: RecorderOptions) {}

  /** The newest of each so far; absolute paths. */
  get outcome(): Pick<RunResult, 'metrics' | 'sample' | 'checkpoint'> {
    return { metrics: this.metrics, sample: this.sample, checkpoint: this.checkpoint };
  }

  event(event: RunEvent): void {
    this.options.journal.append(event);
    this.observe(event);
  }

  /** An event that the journal has already. */
  observe(event: RunEvent): void {
    this.options.observer.event?.(event);
    for (const finding of this.findings(event)) {
      this.options.journal.append(finding);
      this.options.observer.event?.(finding);
    }
  }

  /**
   * Reads from the journal what a run that never stopped would know after a step. To be called before the resume itself is
   * on record. @returns how often training had gone back to a checkpoint by then.
   */
  async recall(step: number): Promise<number> {
    const { folder, health, journal } = this.options;
    let rollbacks = 0;
    journal.handOver();
    for await (const entry of readJournal(join(folder, JOURNAL_FILE))) {
      if (entry.step > step) continue;
      health.see(entry);
      if (entry.type === 'evaluation') {
        this.metrics = entry.metrics;
        this.doneAt.evaluate = entry.step;
      } else if (entry.type === 'sample' && existsSync(join(folder, entry.file))) {
        this.sample = join(folder, entry.file);
        this.doneAt.sample = entry.step;
      } else if (entry.type === 'checkpoint' && existsSync(join(folder, entry.folder)))
        this.doneAt.checkpoint = entry.step;
      else if (entry.type === 'rollback') rollbacks = entry.count;
    }
    return rollbacks;
  }

  /** Makes what was due after the step that the run is resumed from, and was not on record yet when it was stopped. */
  async catchUp(step: number): Promise<void> {
    const { folder, phases } = this.options;
    if (existsSync(checkpointFolder(folder, step))) {
      this.checkpoint = checkpointFolder(folder, step);
      if (this.doneAt.checkpoint !== step) this.checkpointIsThere(step, this.checkpoint);
      this.doneAt.checkpoint = step;
      const keep = this.keepAt(step);
      if (keep !== 'all') await pruneCheckpoints(folder, keep);
    }
    if (step === 0) return;
    if (step >= phases.course.steps) await this.finish(step, false);
    else await this.makeDue(step);
  }

  /** What is wrong with the run as of something that happened; not on record yet. */
  findings(observed: Observed): readonly HealthEvent[] {
    return this.options.health.see(observed);
  }

  warn(step: number, text: string): void {
    this.event({ type: 'message', step, level: 'warning', text });
    this.options.observer.warn(text);
  }

  /** After a step: makes what is due by the recipe. */
  async after(event: StepEvent): Promise<void> {
    this.event(event);
    const { game, phases } = this.options;
    await this.makeDue(event.step);
    if (phases.course.isDue(game.plan.recipe.checkpoint.every, event.step))
      await this.saveCheckpoint(event.step);
  }

  /**
   * How many checkpoints are kept once that of a step is saved. One that is not due, of a run that is stopped, replaces no
   * other: what is gone back to does not depend on where a run was stopped.
   */
  private keepAt(step: number): number | 'all' {
    const { course } = this.options.phases;
    const { every, keep } = this.options.game.plan.recipe.checkpoint;
    return course.isDue(every, step) || step === course.steps ? keep : 'all';
  }

  /** Metrics and pictures. */
  private async makeDue(step: number): Promise<void> {
    const { game, phases } = this.options;
    const { evaluate, sample } = game.plan.recipe;
    if (evaluate && phases.course.isDue(evaluate.every, step)) await this.evaluate(step);
    if (sample && phases.course.isDue(sample.every, step)) await this.makeSample(step);
  }

  /** At the end, whether due or not: the last step's metrics and pictures, and a checkpoint. */
  async finish(step: number, interrupted: boolean): Promise<void> {
    if (!interrupted) {
      await this.evaluate(step);
      await this.makeSample(step);
    }
    await this.saveCheckpoint(step);
    await this.saving;
    if (!interrupted) await this.export(step);
    await this.settled();
    // Without its weights the last step is of no use: nobody can go on from it.
    if (!interrupted && !this.isSaved(step))
      throw new UserError(`All ${step} steps are done, and the weights after the last could not be saved.`, {
        remedy: `Mend what the warnings say; then \`gan run --resume ${basename(this.options.folder)}\` does what came after the last checkpoint again.`,
      });
  }

  private readonly isSaved = (step: number): boolean =>
    this.checkpoint === checkpointFolder(this.options.folder, step);

  /** The networks that make the outputs, for use elsewhere. */
  private async export(step: number): Promise<void> {
    const { game, folder, observer } = this.options;
    observer.busy?.('exporting');
    const { networks } = game.read(step);
    const made = networksOf(game.plan, Object.keys(game.plan.outputs)).map((name) => {
      const { weights, average } = networks[name]!;
      return [name, average ?? weights] as const;
    });
    const failure = await writeExport(folder, Object.fromEntries(made), {
      recipe: game.plan.recipe.name,
      step: String(step),
    });
    if (failure !== undefined)
      this.warn(step, this.isSaved(step) ? `${failure} The last checkpoint has them.` : failure);
  }

  /** Waits for what goes on in the background, which is then on record. @throws what went wrong with it, unless the disk refused it. */
  async settled(): Promise<void> {
    const results = await Promise.allSettled([this.drawing, this.saving]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  private async evaluate(step: number): Promise<void> {
    const { game, phases, observer, files } = this.options;
    const config = game.plan.recipe.evaluate;
    if (!config || this.doneAt.evaluate === step) return;
    this.doneAt.evaluate = step;
    const metrics = await evaluate(game, phases.data, config, {
      files,
      progress: (done, total) => observer.busy?.(`evaluating ${config.split} ${done}/${total}`),
    });
    this.metrics = metrics;
    this.event({ type: 'evaluation', step, metrics });
  }

  private async makeSample(step: number): Promise<void> {
    const { game, phases, observer } = this.options;
    const config = game.plan.recipe.sample;
    if (!config || this.doneAt.sample === step) return;
    this.doneAt.sample = step;
    const samples = await makeSamples(game, phases.data, config);
    observer.sample?.(step, samples);
    await this.drawing;
    this.drawing = inBackground(this.draw(step, samples));
  }

  private async draw(step: number, samples: Samples): Promise<void> {
    const { folder, game } = this.options;
    const file = `samples/step-${step}.png`;
    const picture = await renderGrid({ ...samples, title: `step ${step}` });
    try {
      await mkdir(join(folder, 'samples'), { recursive: true });
      await replaceFile(join(folder, file), picture);
    } catch (error) {
      if (!isFileError(error)) throw error;
      this.writeFailures.failed(
        'Pictures',
        step,
        `The pictures of step ${step} could not be written: ${reason(error)}.`,
      );
      return;
    }
    this.writeFailures.succeeded('Pictures', step);
    this.sample = join(folder, file);
    const diversity = diversityOf(samples, game.plan.outputs);
    this.event({ type: 'sample', step, file, ...(diversity ? { diversity } : {}) });
  }

  /**
   * The state after `step`, once: copied when this returns, and a checkpoint when `settled` has returned.
   * @throws NonFinite where a number of it is none.
   */
  async saveCheckpoint(step: number): Promise<void> {
    const { game, folder, journal, observer, resolvedYaml, versions } = this.options;
    if (this.doneAt.checkpoint === step) return;
    this.doneAt.checkpoint = step;
    observer.busy?.('saving a checkpoint');
    await this.saving;
    // Whoever resumes from here makes the pictures of this step again, but not those of steps before it.
    if (this.doneAt.sample < step) await this.drawing;
    // A run that goes on from here must find on the disk what was measured up to here.
    const after = journal.handOver() ? { after: join(folder, JOURNAL_FILE) } : {};
    const meta = { seed: game.plan.recipe.train.seed, recipe: resolvedYaml, versions };
    const { saved } = await beginCheckpoint(folder, game.read(step), {
      meta,
      keep: this.keepAt(step),
      ...after,
    });
    this.saving = inBackground(saved.then((result) => this.checkpointSaved(step, result)));
  }

  private checkpointSaved(step: number, saved: Saved): void {
    if (!saved.saved) {
      this.writeFailures.failed('Checkpoints', step, saved.warning);
      return;
    }
    this.writeFailures.succeeded('Checkpoints', step);
    this.checkpointIsThere(step, saved.folder);
    for (const warning of saved.warnings) this.warn(step, warning);
  }

  private checkpointIsThere(step: number, folder: string): void {
    this.checkpoint = folder;
    this.event({ type: 'checkpoint', step, folder: slashed(relative(this.options.folder, folder)) });
  }

  /** Writes report.html from what the folder holds. */
  async report(): Promise<string | undefined> {
    try {
      return await writeReport(this.options.folder);
    } catch (error) {
      // A report can be made again at any time; the run itself is whole.
      this.options.observer.warn(
        `The report could not be written: ${isFileError(error) ? reason(error) : String(error)}. \`gan report\` makes it again.`,
      );
      return undefined;
    }
  }
}

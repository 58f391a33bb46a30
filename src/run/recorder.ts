import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isDue } from '../core/due.js';
import type { RunEvent, StepEvent } from '../core/events.js';
import type { Data } from '../data/types.js';
import { pruneCheckpoints } from '../record/checkpoint-folders.js';
import { saveCheckpoint } from '../record/checkpoint.js';
import { renderGrid } from '../record/grid.js';
import type { Journal } from '../record/journal.js';
import { writeReport } from '../record/report.js';
import { evaluate, type Game, makeSamples } from '../trainers/index.js';
import type { RunObserver, RunResult } from './observer.js';

export interface RecorderOptions {
  readonly folder: string;
  readonly journal: Journal;
  readonly game: Game;
  readonly data: Data;
  readonly observer: RunObserver;
  readonly resolvedYaml: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** What happens between two steps: the journal is written and, when due, pictures, metrics and checkpoints are made. */
export class Recorder {
  private metrics: Readonly<Record<string, number>> = {};
  private sample: string | undefined;
  private checkpoint: string | undefined;
  /** Last step whose pictures, metrics and weights are there. */
  private readonly doneAt = { sample: -1, evaluate: -1, checkpoint: -1 };

  constructor(private readonly options: RecorderOptions) {}

  /** The newest of each so far; absolute paths. */
  get outcome(): Pick<RunResult, 'metrics' | 'sample' | 'checkpoint'> {
    return { metrics: this.metrics, sample: this.sample, checkpoint: this.checkpoint };
  }

  event(event: RunEvent): void {
    this.options.journal.append(event);
    this.options.observer.event?.(event);
  }

  warn(step: number, text: string): void {
    this.event({ type: 'message', step, level: 'warning', text });
    this.options.observer.warn(text);
  }

  /** After a step: what the recipe says is due. */
  async after(event: StepEvent): Promise<void> {
    this.event(event);
    const { recipe } = this.options.game.plan;
    const due = (every: string): boolean => isDue(every, event.step, this.options.data.stepsPerEpoch);
    if (recipe.evaluate && due(recipe.evaluate.every)) await this.evaluate(event.step);
    if (recipe.sample && due(recipe.sample.every)) await this.makeSample(event.step);
    if (due(recipe.checkpoint.every)) await this.saveCheckpoint(event.step);
  }

  /** At the end, whether due or not: the last step's metrics and pictures, and weights to go on from. */
  async finish(step: number, interrupted: boolean): Promise<void> {
    if (!interrupted) {
      await this.evaluate(step);
      await this.makeSample(step);
    }
    await this.saveCheckpoint(step);
  }

  private async evaluate(step: number): Promise<void> {
    const { game, data, observer } = this.options;
    const config = game.plan.recipe.evaluate;
    if (!config || this.doneAt.evaluate === step) return;
    this.doneAt.evaluate = step;
    const metrics = await evaluate(game, data, config, (done, total) =>
      observer.busy?.(`evaluating ${config.split} ${done}/${total}`),
    );
    this.metrics = metrics;
    this.event({ type: 'evaluation', step, metrics });
  }

  private async makeSample(step: number): Promise<void> {
    const { game, data, folder } = this.options;
    const config = game.plan.recipe.sample;
    if (!config || this.doneAt.sample === step) return;
    this.doneAt.sample = step;
    const samples = await makeSamples(game, data, config);
    const file = `samples/step-${step}.png`;
    const picture = await renderGrid({ ...samples, title: `step ${step}` });
    try {
      await mkdir(join(folder, 'samples'), { recursive: true });
      await writeFile(join(folder, file), picture);
    } catch (error) {
      this.warn(
        step,
        `The pictures of step ${step} could not be written: ${String(error)}. Training goes on.`,
      );
      return;
    }
    this.sample = join(folder, file);
    this.event({ type: 'sample', step, file });
  }

  /** The state after `step`, once. */
  async saveCheckpoint(step: number): Promise<void> {
    const { game, folder, observer, resolvedYaml, versions } = this.options;
    if (this.doneAt.checkpoint === step) return;
    this.doneAt.checkpoint = step;
    observer.busy?.('saving a checkpoint');
    // A run that goes on from here must find on the disk what was measured up to here.
    this.options.journal.flush();
    const saved = await saveCheckpoint(folder, await game.read(step), {
      seed: game.plan.recipe.train.seed,
      recipe: resolvedYaml,
      versions,
    });
    if (!saved.saved) {
      this.warn(step, saved.warning);
      return;
    }
    this.checkpoint = saved.folder;
    this.event({ type: 'checkpoint', step, folder: relative(folder, saved.folder) });
    const { keep } = game.plan.recipe.checkpoint;
    if (keep === 'all') return;
    for (const warning of await pruneCheckpoints(folder, keep)) this.warn(step, warning);
  }

  /** Writes report.html from what the folder holds. */
  async report(): Promise<string | undefined> {
    try {
      return await writeReport(this.options.folder);
    } catch (error) {
      // A report can be made again at any time; the run that it tells of is whole.
      this.options.observer.warn(
        `The report could not be written: ${String(error)}. \`gan report\` makes it again.`,
      );
      return undefined;
    }
  }
}

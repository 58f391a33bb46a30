import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import type {
  Change,
  CheckpointEvent,
  EndEvent,
  HealthEvent,
  JournalEntry,
  MessageEvent,
  ParamsEvent,
  SampleEvent,
  StartEvent,
} from '../../core/events.js';
import { isLocked, JOURNAL_FILE, readJournal } from '../../record/index.js';
import { Curves } from '../charts/curves.js';

export type RunStatus = 'running' | EndEvent['status'];

/** What a report shows, read from a run's folder. */
export interface RunDigest {
  /** Absolute. */
  readonly folder: string;
  readonly name: string;
  readonly id: string;
  readonly summary: string | undefined;
  readonly recipe: string;
  readonly status: RunStatus;
  /** Of the status: why it failed. */
  readonly reason: string | undefined;
  readonly began: number | undefined;
  readonly resumes: number;
  /** Milliseconds that its processes ran, in sum. */
  readonly duration: number;
  readonly step: number;
  /** Of the whole run; undefined in journals that do not say it. */
  readonly steps: number | undefined;
  readonly epoch: number;
  readonly images: number;
  /** Milliseconds in steps, and of them waiting for data. */
  readonly stepMs: number;
  readonly waitMs: number;
  readonly losses: Curves;
  readonly learningRates: Curves;
  readonly times: Curves;
  readonly metrics: Curves;
  readonly samples: readonly SampleEvent[];
  readonly checkpoints: readonly { readonly step: number; readonly time: number; readonly kept: boolean }[];
  readonly messages: readonly Timed<MessageEvent>[];
  readonly health: readonly Timed<HealthEvent>[];
  readonly versions: StartEvent['versions'];
  readonly machine: StartEvent['machine'];
  /** The newest of its starts, and its parameters. */
  readonly start: StartEvent | undefined;
  readonly params: ParamsEvent | undefined;
  /** The run whose weights it started with. */
  readonly parent: StartEvent['parent'];
}

type Timed<E> = E & { readonly time: number };

/** Reads a run's journal once, from beginning to end. */
export async function digestRun(folder: string): Promise<RunDigest> {
  const digester = await Digester.open(folder);
  for await (const entry of readJournal(join(folder, JOURNAL_FILE), { warn: digester.warn }))
    digester.take(entry);
  return digester.digest();
}

/** Builds a digest from a journal's entries, one after the other. */
export class Digester {
  private readonly curves = {
    losses: new Curves(),
    learningRates: new Curves(),
    times: new Curves(),
    metrics: new Curves(),
  };
  private readonly totals = { duration: 0, step: 0, epoch: 0, images: 0, stepMs: 0, waitMs: 0, resumes: 0 };
  private readonly samples: SampleEvent[] = [];
  private readonly checkpoints: Timed<CheckpointEvent>[] = [];
  private readonly messages: Timed<MessageEvent>[] = [];
  private readonly health: Timed<HealthEvent>[] = [];
  private parent: StartEvent['parent'];
  private began: number | undefined;
  private start: StartEvent | undefined;
  private params: ParamsEvent | undefined;
  private end: EndEvent | undefined;
  private previous: number | undefined;

  private constructor(
    private readonly folder: string,
    private readonly recipe: string,
  ) {}

  static async open(folder: string): Promise<Digester> {
    return new Digester(folder, await readFile(join(folder, 'resolved.yaml'), 'utf8'));
  }

  readonly warn = (text: string): void => {
    this.messages.push({ type: 'message', step: this.totals.step, level: 'warning', text, time: 0 });
  };

  /** The state now: whether a process trains it and which files exist is read from the disk. */
  digest(): RunDigest {
    const { folder, recipe, end, start, samples } = this;
    return {
      folder,
      ...naming(folder, recipe),
      recipe,
      status: end?.status ?? (isLocked(folder) ? 'running' : 'killed'),
      reason: end?.reason,
      began: this.began,
      steps: start?.steps,
      ...this.totals,
      ...this.curves,
      samples: samples.filter(({ file }) => existsSync(join(folder, file))),
      checkpoints: this.checkpoints.map(({ step, time, folder: name }) => ({
        step,
        time,
        kept: existsSync(join(folder, name)),
      })),
      messages: this.messages,
      health: this.health,
      versions: start?.versions ?? {},
      machine: start?.machine ?? {},
      start,
      parent: this.parent,
      params: this.params,
    };
  }

  take(entry: JournalEntry): void {
    const { curves, totals } = this;
    const isStart = entry.type === 'start' || entry.type === 'resume';
    // Between the last entry of one process and the first of the next, none was running.
    if (this.previous !== undefined && !isStart) totals.duration += Math.max(0, entry.time - this.previous);
    this.previous = entry.time;
    totals.step = Math.max(totals.step, entry.step);
    switch (entry.type) {
      case 'start':
      case 'resume':
        this.began ??= entry.time;
        this.parent ??= entry.parent;
        if (entry.type === 'resume') totals.resumes++;
        this.start = entry;
        this.end = undefined;
        break;
      case 'params':
        // A resumed run still differs in the same parameters, by their values now.
        this.params = this.params?.changes
          ? { changes: changesNow(this.params.changes, entry.params), ...entry }
          : entry;
        break;
      case 'step':
        totals.epoch = entry.epoch;
        totals.images += entry.images;
        totals.stepMs += entry.ms;
        totals.waitMs += entry.waitMs;
        curves.losses.add(entry.step, entry.losses);
        curves.learningRates.add(entry.step, entry.learningRates);
        curves.times.add(entry.step, { step: entry.ms, 'of it waiting for data': entry.waitMs });
        break;
      case 'evaluation':
        curves.metrics.add(entry.step, entry.metrics);
        break;
      case 'sample':
        this.samples.push(entry);
        break;
      case 'checkpoint':
        this.checkpoints.push(entry);
        break;
      case 'message':
        this.messages.push(entry);
        break;
      case 'health':
        this.health.push(entry);
        break;
      case 'end':
        this.end = entry;
    }
  }
}

function naming(folder: string, recipe: string): Pick<RunDigest, 'name' | 'id' | 'summary'> {
  const written: unknown = parse(recipe);
  const text = (key: string): string | undefined => {
    const value: unknown =
      typeof written === 'object' && written !== null ? Reflect.get(written, key) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  return { name: text('name') ?? basename(dirname(folder)), id: basename(folder), summary: text('summary') };
}

/** Changes at their values now: a resumed run may be longer than before. */
function changesNow(
  { from, values }: NonNullable<ParamsEvent['changes']>,
  params: ParamsEvent['params'],
): NonNullable<ParamsEvent['changes']> {
  const now = Object.entries(values).flatMap(([path, { before }]): [string, Change][] => {
    const after = params[path];
    if (after === before) return [];
    return [
      [path, { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }],
    ];
  });
  return { from, values: Object.fromEntries(now) };
}

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { JournalEntry, MessageEvent, SampleEvent, StartEvent } from '../../core/events.js';
import { isLocked } from '../lock.js';
import { JOURNAL_FILE } from '../journal.js';
import { readJournal } from '../read-journal.js';
import { Curves } from './curves.js';

/** What a report tells, read from a run's folder. */
export interface RunDigest {
  readonly name: string;
  readonly id: string;
  readonly summary: string | undefined;
  readonly recipe: string;
  readonly status: 'running' | 'finished' | 'failed' | 'killed';
  /** Of the status: why it failed. */
  readonly reason: string | undefined;
  readonly began: number | undefined;
  readonly resumes: number;
  /** Milliseconds that the run was alive, over all its processes. */
  readonly duration: number;
  readonly step: number;
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
  readonly messages: readonly (MessageEvent & { readonly time: number })[];
  readonly versions: StartEvent['versions'];
  readonly machine: StartEvent['machine'];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads a run's journal once, from beginning to end. */
export async function digestRun(folder: string): Promise<RunDigest> {
  const recipe = await readFile(join(folder, 'resolved.yaml'), 'utf8');
  const digest = {
    ...naming(folder, recipe),
    recipe,
    status: isLocked(folder) ? 'running' : 'killed',
    reason: undefined,
    began: undefined,
    resumes: 0,
    duration: 0,
    step: 0,
    epoch: 0,
    images: 0,
    stepMs: 0,
    waitMs: 0,
    losses: new Curves(),
    learningRates: new Curves(),
    times: new Curves(),
    metrics: new Curves(),
    samples: [] as SampleEvent[],
    checkpoints: [] as RunDigest['checkpoints'][number][],
    messages: [] as RunDigest['messages'][number][],
    versions: {},
    machine: {},
  } satisfies RunDigest;
  const alive = digest.status;
  const warn = (text: string): void => {
    digest.messages.push({ type: 'message', step: digest.step, level: 'warning', text, time: 0 });
  };
  let previous: number | undefined;
  for await (const entry of readJournal(join(folder, JOURNAL_FILE), { warn })) {
    const isStart = entry.type === 'start' || entry.type === 'resume';
    // Between the last entry of one process and the first of the next, nobody was alive.
    if (previous !== undefined && !isStart) digest.duration += Math.max(0, entry.time - previous);
    previous = entry.time;
    if (isStart) digest.status = alive;
    take(digest, entry, folder);
  }
  return digest;
}

interface Growing extends Mutable<Omit<RunDigest, 'samples' | 'checkpoints' | 'messages'>> {
  samples: SampleEvent[];
  checkpoints: RunDigest['checkpoints'][number][];
  messages: RunDigest['messages'][number][];
}

function take(digest: Growing, entry: JournalEntry, folder: string): void {
  digest.step = Math.max(digest.step, entry.step);
  switch (entry.type) {
    case 'start':
    case 'resume':
      digest.began ??= entry.time;
      if (entry.type === 'resume') digest.resumes++;
      digest.versions = entry.versions;
      digest.machine = entry.machine;
      break;
    case 'step':
      digest.epoch = entry.epoch;
      digest.images += entry.images;
      digest.stepMs += entry.ms;
      digest.waitMs += entry.waitMs;
      digest.losses.add(entry.step, entry.losses);
      digest.learningRates.add(entry.step, entry.learningRates);
      digest.times.add(entry.step, { step: entry.ms, 'of it waiting for data': entry.waitMs });
      break;
    case 'evaluation':
      digest.metrics.add(entry.step, entry.metrics);
      break;
    case 'sample':
      if (existsSync(join(folder, entry.file))) digest.samples.push(entry);
      break;
    case 'checkpoint': {
      const kept = existsSync(join(folder, entry.folder));
      digest.checkpoints.push({ step: entry.step, time: entry.time, kept });
      break;
    }
    case 'message':
      digest.messages.push(entry);
      break;
    case 'end':
      digest.status = entry.status;
      digest.reason = entry.reason;
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

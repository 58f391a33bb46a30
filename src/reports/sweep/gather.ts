import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { DataEvent, StartEvent } from '../../core/events.js';
import { UserError } from '../../core/errors.js';
import { JOURNAL_FILE, readJournal } from '../../record/index.js';
import { flatten } from '../../core/parameters.js';
import {
  readProgress,
  recipeOf,
  type Rung,
  type RunState,
  type Sweep,
  type SweepRun,
} from '../../sweep/index.js';

/** What a report shows of a run. */
export interface RunRecord {
  readonly run: SweepRun;
  readonly state: RunState;
  /** In the order of steps. */
  readonly evaluations: readonly {
    readonly step: number;
    readonly metrics: Readonly<Record<string, number>>;
  }[];
  /** Milliseconds in steps. */
  readonly stepMs: number;
  readonly versions: StartEvent['versions'];
  readonly machine: StartEvent['machine'];
  readonly data: DataEvent['sources'];
  /** Its recipe with everything written out: value by path, without name and summary. */
  readonly params: Readonly<Record<string, string>>;
  /** The game's outputs. */
  readonly outputs: readonly string[];
}

export interface SweepRecord {
  readonly sweep: Sweep;
  readonly folder: string;
  readonly runs: readonly RunRecord[];
  /** Of a search by halving. */
  readonly rungs: readonly Rung[];
}

/** Reads what the runs of a sweep have written. */
export async function gatherSweep(folder: string, sweep: Sweep): Promise<SweepRecord> {
  const { trials, rungs } = await readProgress(folder, sweep);
  const runs: RunRecord[] = [];
  for (const { run, state } of trials)
    runs.push({ run, state, ...(await readRun(state.path)), ...(await readRecipe(recipeOf(folder, run))) });
  return { sweep, folder, runs, rungs };
}

type Journalled = Pick<RunRecord, 'evaluations' | 'stepMs' | 'versions' | 'machine' | 'data'>;

async function readRun(path: string): Promise<Journalled> {
  const evaluations: RunRecord['evaluations'][number][] = [];
  let [stepMs, versions, machine, data]: [
    number,
    Journalled['versions'],
    Journalled['machine'],
    Journalled['data'],
  ] = [0, {}, {}, {}];
  try {
    for await (const entry of readJournal(join(path, JOURNAL_FILE))) {
      if (entry.type === 'step') stepMs += entry.ms;
      if (entry.type === 'evaluation') evaluations.push({ step: entry.step, metrics: entry.metrics });
      if (entry.type === 'start' || entry.type === 'resume') ({ versions, machine } = entry);
      if (entry.type === 'data') data = entry.sources;
    }
  } catch (error) {
    // Without a journal the run has not started.
    if (!(error instanceof UserError)) throw error;
  }
  return { evaluations, stepMs, versions, machine, data };
}

async function readRecipe(file: string): Promise<Pick<RunRecord, 'params' | 'outputs'>> {
  const {
    name: _name,
    summary: _summary,
    ...recipe
  } = parse(await readFile(file, 'utf8')) as Record<string, unknown> & {
    readonly game: { readonly outputs: object };
  };
  return { params: flatten(recipe), outputs: Object.keys(recipe.game.outputs) };
}

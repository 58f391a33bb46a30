import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isFileError, isLocked, JOURNAL_FILE, readJournalBack } from '../record/index.js';
import { readAttempts } from './attempts.js';
import { experimentOf } from './expand.js';
import type { Sweep, SweepRun } from './sweep.js';

/** How far a run is, by its journal. */
export interface RunState {
  /**
   * `stopped`: started, and no process trains it now. In a search by halving, `paused`: it waits at a rung for the others;
   * `dropped`: others were better.
   */
  readonly status: 'queued' | 'running' | 'done' | 'failed' | 'stopped' | 'paused' | 'dropped';
  /** Absolute: where it is, or will be. */
  readonly path: string;
  readonly step?: number;
  /** Of the last evaluation. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Why it failed. */
  readonly reason?: string;
}

export interface TrialState {
  readonly run: SweepRun;
  readonly state: RunState;
}

/** How far each run of a sweep is by itself. `readProgress` also knows who waits or is out in a search by halving. */
export async function readStates(
  folder: string,
  { runs }: Pick<Sweep, 'runs'>,
): Promise<readonly TrialState[]> {
  const found = await runFolders(folder);
  return Promise.all(
    runs.map(async (run) => ({
      run,
      state: await readState(folder, run, join(folder, found.get(experimentOf(run.id)) ?? run.id)),
    })),
  );
}

/** Names of run folders by the experiment they hold: an axis or a level may have had another name when it was run. */
async function runFolders(folder: string): Promise<ReadonlyMap<string, string>> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return new Map(
      entries.filter((entry) => entry.isDirectory()).map(({ name }) => [experimentOf(name), name]),
    );
  } catch (error) {
    if (isFileError(error) && error.code === 'ENOENT') return new Map();
    throw error;
  }
}

async function readState(folder: string, { id }: SweepRun, path: string): Promise<RunState> {
  let end:
    { readonly status: RunState['status']; readonly time: number; readonly reason?: string } | undefined;
  let step: number | undefined;
  let metrics: RunState['metrics'];
  for await (const entry of readJournalBack(join(path, JOURNAL_FILE))) {
    step ??= entry.step;
    if (!end && entry.type === 'end') {
      const status = ({ finished: 'done', failed: 'failed', killed: 'stopped' } as const)[entry.status];
      end = { ...entry, status };
    } else if (entry.type === 'start' || entry.type === 'resume')
      end ??= { status: 'stopped', time: entry.time };
    if (entry.type === 'evaluation') metrics = entry.metrics;
    if (end && metrics) break;
  }
  const known = {
    path,
    ...(step === undefined ? {} : { step }),
    ...(metrics === undefined ? {} : { metrics }),
  };
  if (end?.status === 'done') return { status: 'done', ...known };
  if (isLocked(path)) return { status: 'running', ...known };
  const last = (await readAttempts(folder, id)).at(-1);
  // An attempt may fail before the run has a journal.
  if (last?.reason !== undefined && last.event !== 'stopped' && last.time >= (end?.time ?? 0))
    return { status: 'failed', reason: last.reason, ...known };
  if (!end) return { status: 'queued', ...known };
  return { status: end.status, ...(end.reason === undefined ? {} : { reason: end.reason }), ...known };
}

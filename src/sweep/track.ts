import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { StartEvent } from '../core/events.js';
import type { RunStatus } from '../tracking/mlflow/index.js';
import { isFileError, isLocked, JOURNAL_FILE, readTail } from '../record/index.js';
import { type ParentRun, tagsOf } from '../tracking/index.js';
import { isSweep } from './find.js';
import { readProgress } from './progress.js';
import { readSweep } from './sweep.js';

/** A sweep as a tracking server is to see it: the parent run of its trials. */
export interface TrackedSweep {
  readonly parent: ParentRun;
  /** As its trials were started with. */
  readonly mode: NonNullable<StartEvent['tracking']>['mode'];
}

/** Describes a sweep by what is in its folder; undefined while none of its trials has started. */
export async function trackedSweep(folder: string): Promise<TrackedSweep | undefined> {
  const sweep = await readSweep(folder);
  const { trials } = await readProgress(folder, sweep);
  const started: { readonly start: StartEvent & { readonly time: number }; readonly written: number }[] = [];
  for (const { state } of trials) {
    const start = await startOf(state.path);
    if (start) started.push({ start, written: (await stat(join(state.path, JOURNAL_FILE))).mtimeMs });
  }
  const first = started.toSorted((a, b) => a.start.time - b.start.time)[0]?.start;
  if (!first) return undefined;
  const status = statusOf(
    trials.map(({ state }) => state.status),
    isLocked(folder),
  );
  const counts = new Map<string, number>();
  for (const { state } of trials) counts.set(state.status, (counts.get(state.status) ?? 0) + 1);
  return {
    mode: first.tracking?.mode ?? 'auto',
    parent: {
      folder: resolve(folder),
      key: sweep.key,
      name: sweep.name,
      experiment: first.tracking?.experiment,
      status,
      startTime: first.time,
      endTime: status === 'RUNNING' ? undefined : Math.max(...started.map(({ written }) => written)),
      // The machine is in the tags of each trial.
      tags: [
        ...tagsOf({ ...first, source: sweep.file, machine: {} }, folder),
        ...sweep.axes.map(({ name, levels }) => ({ key: `gan.axis.${name}`, value: levels.join(', ') })),
        { key: 'gan.trials', value: [...counts].map(([state, count]) => `${count} ${state}`).join(', ') },
      ],
      note: [sweep.summary ?? '', await tableOf(folder)].filter((text) => text !== '').join('\n\n'),
    },
  };
}

/** The sweeps in a folder of runs that are to be tracked and have started. */
export async function trackedSweeps(runs: string): Promise<ParentRun[]> {
  const found = await Promise.all((await listSweeps(runs)).map((folder) => trackedSweep(folder)));
  return found.flatMap((tracked) => (tracked && tracked.mode !== 'off' ? [tracked.parent] : []));
}

async function listSweeps(runs: string): Promise<string[]> {
  try {
    return (await readdir(runs)).map((name) => join(runs, name)).filter(isSweep);
  } catch (error) {
    if (isFileError(error) && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** The sweeps that runs are parts of. */
export async function sweepsOf(runs: readonly { readonly path: string }[]): Promise<ParentRun[]> {
  const folders = [...new Set(runs.map(({ path }) => dirname(path)))].filter(isSweep);
  const found = await Promise.all(folders.map((folder) => trackedSweep(folder)));
  return found.flatMap((tracked) => tracked?.parent ?? []);
}

/** @param isSweepHeld whether a process works on the sweep as a whole. */
function statusOf(states: readonly string[], isSweepHeld: boolean): RunStatus {
  const some = (status: string): boolean => states.includes(status);
  if (isSweepHeld || some('running')) return 'RUNNING';
  if (some('stopped')) return 'KILLED';
  // Workers, or processes with another --index, will train those that wait.
  if (some('queued') || some('paused')) return 'RUNNING';
  return some('failed') ? 'FAILED' : 'FINISHED';
}

async function startOf(path: string): Promise<(StartEvent & { readonly time: number }) | undefined> {
  const first = (await readTail(path, 0)).entries[0]?.entry;
  return first?.type === 'start' ? first : undefined;
}

async function tableOf(folder: string): Promise<string> {
  try {
    return await readFile(join(folder, 'table.md'), 'utf8');
  } catch (error) {
    if (isFileError(error) && error.code === 'ENOENT') return '';
    throw error;
  }
}

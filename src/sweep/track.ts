import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { StartEvent } from '../core/events.js';
import type { RunStatus } from '../tracking/mlflow/index.js';
import { isFileError, isLocked, JOURNAL_FILE, readTail } from '../record/index.js';
import { type ParentRun, tagsOf } from '../tracking/index.js';
import { isSweep } from './find.js';
import { readProgress } from './progress.js';
import { readSweep } from './sweep.js';

/** A sweep as a tracking server is to see it: the run whose parts its trials are. */
export interface TrackedSweep {
  readonly parent: ParentRun;
  /** Wish of its trials. */
  readonly mode: NonNullable<StartEvent['tracking']>['mode'];
}

/** Describes a sweep by what is in its folder; undefined while none of its trials has begun. */
export async function trackedSweep(folder: string): Promise<TrackedSweep | undefined> {
  const sweep = await readSweep(folder);
  const { standings } = await readProgress(folder, sweep);
  const begun: { readonly start: StartEvent & { readonly time: number }; readonly written: number }[] = [];
  for (const { state } of standings) {
    const start = await startOf(state.path);
    if (start) begun.push({ start, written: (await stat(join(state.path, JOURNAL_FILE))).mtimeMs });
  }
  const first = begun.toSorted((a, b) => a.start.time - b.start.time)[0]?.start;
  if (!first) return undefined;
  const status = statusOf(
    standings.map(({ state }) => state.status),
    isLocked(folder),
  );
  const counts = new Map<string, number>();
  for (const { state } of standings) counts.set(state.status, (counts.get(state.status) ?? 0) + 1);
  return {
    mode: first.tracking?.mode ?? 'auto',
    parent: {
      folder: resolve(folder),
      key: sweep.key,
      name: sweep.name,
      experiment: first.tracking?.experiment,
      status,
      startTime: first.time,
      endTime: status === 'RUNNING' ? undefined : Math.max(...begun.map(({ written }) => written)),
      // Each trial tells of its machine.
      tags: [
        ...tagsOf({ ...first, source: sweep.file, machine: {} }, folder),
        ...sweep.axes.map(({ name, levels }) => ({ key: `gan.axis.${name}`, value: levels.join(', ') })),
        { key: 'gan.trials', value: [...counts].map(([state, count]) => `${count} ${state}`).join(', ') },
      ],
      note: [sweep.summary ?? '', await tableOf(folder)].filter((text) => text !== '').join('\n\n'),
    },
  };
}

/** The sweeps in a folder of runs that want to be known, as far as begun. */
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

/** @param held whether somebody is at the sweep as a whole. */
function statusOf(states: readonly string[], held: boolean): RunStatus {
  const some = (status: string): boolean => states.includes(status);
  if (held || some('running')) return 'RUNNING';
  if (some('stopped')) return 'KILLED';
  // Workers, or those of another index, take up what waits.
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

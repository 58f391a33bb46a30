import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { move } from '../core/node/move.js';
import { isFileError, reason } from './files.js';

/** Prefixes of folders that are not checkpoints yet, or no longer. A process that was killed leaves such folders. */
export const UNFINISHED = '.new-';
export const REPLACED = '.old-';
const STEP = /^step-(\d+)$/;

const allCheckpoints = (run: string): string => join(run, 'checkpoints');

export function checkpointFolder(run: string, step: number): string {
  return join(allCheckpoints(run), `step-${step}`);
}

/** Steps that have a checkpoint, ascending. */
export async function checkpointSteps(run: string): Promise<number[]> {
  const matches = (await entriesOf(allCheckpoints(run))).map((name) => STEP.exec(name)?.[1]);
  return matches
    .filter((step) => step !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** Keeps the newest `keep` checkpoints. @returns warnings about those that could not be removed. */
export async function pruneCheckpoints(run: string, keep: number): Promise<string[]> {
  const steps = await checkpointSteps(run);
  return removeSteps(run, steps.slice(0, Math.max(0, steps.length - Math.max(1, keep))));
}

/**
 * Removes the checkpoints after a step, once a run is resumed from it: they belong to a history that is void, and
 * would be taken for its newest. @returns warnings about those that could not be removed.
 */
export async function discardCheckpointsAfter(run: string, step: number): Promise<string[]> {
  return removeSteps(
    run,
    (await checkpointSteps(run)).filter((other) => other > step),
  );
}

async function removeSteps(run: string, steps: readonly number[]): Promise<string[]> {
  const warnings: string[] = [];
  for (const step of steps) {
    const gone = join(allCheckpoints(run), `${REPLACED}step-${step}`);
    try {
      await rm(gone, { recursive: true, force: true });
      // Renamed first, so that one half removed by a killed process is not taken for a damaged checkpoint.
      await move(checkpointFolder(run, step), gone);
      await rm(gone, { recursive: true });
    } catch (error) {
      if (!isFileError(error)) throw error;
      warnings.push(`The checkpoint of step ${step} could not be removed: ${reason(error)}.`);
    }
  }
  return warnings;
}

/** Removes what killed writes left. Needs the run's lock: what another process is writing looks the same. */
export async function removeLeftovers(run: string): Promise<void> {
  for (const name of await entriesOf(allCheckpoints(run))) {
    if (!name.startsWith(UNFINISHED) && !name.startsWith(REPLACED)) continue;
    await rm(join(allCheckpoints(run), name), { recursive: true, force: true });
  }
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isFileError(error) && error.code === 'ENOENT') return [];
    throw error;
  }
}

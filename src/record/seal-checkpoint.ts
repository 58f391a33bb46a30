import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { move } from '../core/node/move.js';
import { checkpointFolder, pruneCheckpoints, removeLeftovers, REPLACED } from './checkpoint-folders.js';
import { type CheckpointMeta, type CheckpointState, writeState } from './checkpoint-state.js';
import { isFileError, reason, syncFile, syncFolder } from './files.js';
import { hashFile, type HashedFile } from './hash-file.js';

/** A checkpoint whose files are with the system, but not on the disk for sure, and not under its name. */
export interface Unsealed {
  readonly run: string;
  readonly step: number;
  /** Holds the files so far. */
  readonly folder: string;
  readonly meta: CheckpointMeta;
  /** File names by network. */
  readonly networks: Readonly<
    Record<
      string,
      {
        readonly weights: string;
        readonly average?: string;
        readonly optimizer?: { readonly name: string; readonly updates: number };
      }
    >
  >;
  /** The file of what the game keeps. */
  readonly kept?: string;
  readonly rollbacks?: number;
  /** A file that the disk must have before the checkpoint gets its name. */
  readonly after?: string;
  /** How many of the run's checkpoints are kept, this one included. */
  readonly keep: number | 'all';
}

export type Saved =
  | {
      readonly saved: true;
      readonly folder: string;
      readonly bytes: number;
      /** About older checkpoints that could not be removed. */
      readonly warnings: readonly string[];
    }
  /** The disk refused it: training can go on, and earlier checkpoints are untouched. */
  | { readonly saved: false; readonly warning: string };

/**
 * Hashes what was written, waits until the disk has it, adds `state.json` and gives the checkpoint its name; then removes
 * the oldest ones. A process killed meanwhile leaves no half checkpoint.
 */
export async function sealCheckpoint(unsealed: Unsealed): Promise<Saved> {
  const { run, step, folder: unfinished, meta, after, keep } = unsealed;
  const folder = checkpointFolder(run, step);
  const all = join(folder, '..');
  try {
    // A run that is resumed from here must find on the disk what was measured up to here.
    // Some network disks cannot; what was written is with the system all the same.
    if (after !== undefined) await syncFile(after).catch(() => undefined);
    const networks: Record<string, CheckpointState['networks'][string]> = {};
    let bytes = 0;
    const seal = async (name: string) => {
      const file = join(unfinished, name);
      // The disk writes while the processor hashes.
      const hashing = (): HashedFile => hashFile(file);
      const [, hashed] = await Promise.all([syncFile(file), Promise.resolve().then(hashing)]);
      bytes += hashed.bytes;
      return { name, ...hashed };
    };
    for (const [name, { weights, average, optimizer }] of Object.entries(unsealed.networks)) {
      networks[name] = {
        weights: await seal(weights),
        ...(average !== undefined && { average: await seal(average) }),
        ...(optimizer && { optimizer: { ...(await seal(optimizer.name)), updates: optimizer.updates } }),
      };
    }
    const kept = unsealed.kept === undefined ? {} : { kept: await seal(unsealed.kept) };
    const rollbacks = unsealed.rollbacks === undefined ? {} : { rollbacks: unsealed.rollbacks };
    await writeState(unfinished, { step, ...meta, networks, ...kept, ...rollbacks });
    await syncFolder(unfinished);
    // A step that is done again, after a resume from before it, replaces what it left the first time.
    if (existsSync(folder)) {
      await move(folder, join(all, `${REPLACED}step-${step}-${randomBytes(4).toString('hex')}`));
    }
    await move(unfinished, folder);
    await syncFolder(all);
    await removeLeftovers(run);
    const warnings = keep === 'all' ? [] : await pruneCheckpoints(run, keep);
    return { saved: true, folder, bytes, warnings };
  } catch (error) {
    return notSaved(unsealed, error);
  }
}

/** Clears away what there is of it. @throws what is no error of the disk's. */
export async function notSaved(
  { run, step, folder }: Pick<Unsealed, 'run' | 'step' | 'folder'>,
  error: unknown,
): Promise<Saved> {
  // What was written of it may be what fills the disk.
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  if (!isFileError(error)) throw error;
  const all = join(checkpointFolder(run, step), '..');
  const warning = `The checkpoint of step ${step} could not be written to ${all}: ${reason(error)}.`;
  return { saved: false, warning };
}

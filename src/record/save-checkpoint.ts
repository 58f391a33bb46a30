import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LazyArray, NetworkState, TrainState } from '../core/state.js';
import { startThread } from '../core/node/thread.js';
import { Backlog } from './backlog.js';
import { checkpointFolder, removeLeftovers, UNFINISHED } from './checkpoint-folders.js';
import { type CheckpointMeta, KEPT_FILE } from './checkpoint-state.js';
import { ensureFolder } from './files.js';
import { onlyFinite } from './finite.js';
import { beginSafetensors } from './safetensors.js';
import { notSaved, type Saved, type Unsealed } from './seal-checkpoint.js';

export type { Saved } from './seal-checkpoint.js';

export interface SaveOptions {
  readonly meta: CheckpointMeta;
  /** A file that must be on the disk before the checkpoint gets its name: the journal. */
  readonly after?: string;
  /** How many of the run's checkpoints are kept, this one included. Default: all. */
  readonly keep?: number | 'all';
}

/**
 * Writes `checkpoints/step-N/` of a run's folder: weights and optimiser state per network, and `state.json` with the
 * checksums. It gets its name when the disk has all of it, so a killed write leaves no half checkpoint.
 *
 * Returns when the state is copied: training may go on. The copy lies in files that the system still keeps in its own
 * memory, the last 128 MB of it in ours; a thread hashes the files and waits for the disk. `saved` is settled when it is
 * done. One at a time for each run.
 * @throws NonFinite where a number of the state is none: no checkpoint is then written, and those there are stay.
 */
export async function beginCheckpoint(
  run: string,
  unchecked: TrainState<LazyArray>,
  { meta, after, keep = 'all' }: SaveOptions,
): Promise<{ readonly saved: Promise<Saved> }> {
  const state = onlyFinite(unchecked);
  const { step } = state;
  const tag = `step-${step}-${randomBytes(4).toString('hex')}`;
  const folder = join(checkpointFolder(run, step), '..', `${UNFINISHED}${tag}`);
  const writes = new Writes(folder);
  try {
    await removeLeftovers(run);
    await ensureFolder(folder);
    const networks: Record<string, Unsealed['networks'][string]> = {};
    for (const [name, network] of Object.entries(state.networks)) {
      networks[name] = await writeNetwork(writes, name, network);
    }
    if (state.kept) await writes.begin(KEPT_FILE, state.kept);
    const kept = state.kept && { kept: KEPT_FILE };
    const before = {
      ...(after === undefined ? {} : { after }),
      ...(state.rollbacks === undefined ? {} : { rollbacks: state.rollbacks }),
    };
    const saved = (async (): Promise<Saved> => {
      try {
        await writes.settled();
      } catch (error) {
        return notSaved({ run, step, folder }, error);
      }
      return sealInThread({ run, step, folder, meta, networks, keep, ...kept, ...before });
    })();
    return { saved };
  } catch (error) {
    // What is written still would come back after the folder was removed.
    await writes.settled().catch(() => undefined);
    const failed = await notSaved({ run, step, folder }, error);
    return { saved: Promise.resolve(failed) };
  }
}

/** As `beginCheckpoint`, and waits until it is done. */
export async function saveCheckpoint(
  run: string,
  state: TrainState<LazyArray>,
  options: SaveOptions,
): Promise<Saved> {
  return (await beginCheckpoint(run, state, options)).saved;
}

/** Writes the files of one checkpoint, all at the same time and while training goes on. */
class Writes {
  private readonly written: Promise<void>[] = [];
  private readonly backlog = new Backlog();

  constructor(private readonly folder: string) {}

  /** Returns when the arrays are read. */
  async begin(name: string, arrays: readonly LazyArray[]): Promise<string> {
    const { written } = await beginSafetensors(join(this.folder, name), arrays, { backlog: this.backlog });
    this.written.push(written);
    return name;
  }

  /** Waits for all writes. @throws the first failure. */
  async settled(): Promise<void> {
    const results = await Promise.allSettled(this.written);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}

async function writeNetwork(
  writes: Writes,
  network: string,
  { weights, average, optimizer }: NetworkState<LazyArray>,
): Promise<Unsealed['networks'][string]> {
  return {
    weights: await writes.begin(`${network}.safetensors`, weights),
    ...(average && { average: await writes.begin(`${network}.average.safetensors`, average) }),
    ...(optimizer && {
      optimizer: {
        name: await writes.begin(`${network}.optimizer.safetensors`, optimizer.slots),
        updates: optimizer.updates,
      },
    }),
  };
}

async function sealInThread(unsealed: Unsealed): Promise<Saved> {
  const thread = startThread(import.meta.url, './seal-thread.js', { workerData: unsealed });
  const exit = once(thread, 'exit');
  // A bug in the thread is thrown here, by `once`, with its stack.
  const [saved] = (await Promise.race([
    once(thread, 'message'),
    exit.then(([code]) => {
      throw new Error(`The thread that seals checkpoints ended with code ${code} and said nothing.`);
    }),
  ])) as [Saved];
  await exit;
  return saved;
}

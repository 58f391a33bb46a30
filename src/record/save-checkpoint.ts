import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LazyArray, NetworkState, TrainState } from '../core/state.js';
import { startThread } from '../core/thread.js';
import { checkpointFolder, removeLeftovers, UNFINISHED } from './checkpoint-folders.js';
import type { CheckpointMeta } from './checkpoint-state.js';
import { ensureFolder } from './files.js';
import { writeSafetensors } from './safetensors.js';
import { notSaved, type Saved, type Unsealed } from './seal-checkpoint.js';

export type { Saved } from './seal-checkpoint.js';

export interface SaveOptions {
  readonly meta: CheckpointMeta;
  /** A file that the disk must have before the checkpoint gets its name: the journal. */
  readonly after?: string;
  /** How many of the run's checkpoints are kept, this one included. Default: all. */
  readonly keep?: number | 'all';
}

/**
 * Writes `checkpoints/step-N/` of a run's folder: weights and optimiser state per network, and `state.json` with the
 * checksums. It gets its name when the disk has all of it, so a killed write leaves no half checkpoint.
 *
 * Returns when the state is copied, into files that the system still keeps in its own memory: training may go on. A thread
 * hashes them and waits for the disk; `saved` is settled when it is done. One at a time for each run.
 */
export async function beginCheckpoint(
  run: string,
  state: TrainState<LazyArray>,
  { meta, after, keep = 'all' }: SaveOptions,
): Promise<{ readonly saved: Promise<Saved> }> {
  const { step } = state;
  const tag = `step-${step}-${randomBytes(4).toString('hex')}`;
  const folder = join(checkpointFolder(run, step), '..', `${UNFINISHED}${tag}`);
  try {
    await removeLeftovers(run);
    await ensureFolder(folder);
    const networks: Record<string, Unsealed['networks'][string]> = {};
    for (const [name, network] of Object.entries(state.networks)) {
      networks[name] = await writeNetwork(folder, name, network);
    }
    return {
      saved: sealInThread({
        run,
        step,
        folder,
        meta,
        networks,
        keep,
        ...(after === undefined ? {} : { after }),
      }),
    };
  } catch (error) {
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

async function writeNetwork(
  folder: string,
  network: string,
  { weights, average, optimizer }: NetworkState<LazyArray>,
): Promise<Unsealed['networks'][string]> {
  const write = async (name: string, arrays: readonly LazyArray[]): Promise<string> => {
    await writeSafetensors(join(folder, name), arrays);
    return name;
  };
  return {
    weights: await write(`${network}.safetensors`, weights),
    ...(average && { average: await write(`${network}.average.safetensors`, average) }),
    ...(optimizer && {
      optimizer: {
        name: await write(`${network}.optimizer.safetensors`, optimizer.slots),
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

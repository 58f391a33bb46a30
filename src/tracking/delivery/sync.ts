import { isLocked, listRuns, readTail, type RunLocation } from '../../record/index.js';
import { Delivery } from './delivery.js';
import { Follower } from './follower.js';
import type { DeliveryOptions } from './options.js';
import { ParentDelivery, type ParentRun } from './parent-delivery.js';

/** Milliseconds that a server may be away in the middle. */
const MAX_OFFLINE_MS = 20_000;

export interface SyncResult {
  readonly points: number;
  readonly files: number;
  /** Where the run can be seen. */
  readonly url: string | undefined;
  /** Why something is missing still. */
  readonly failure: Error | undefined;
}

/** Delivers what a server lacks of a run. @throws UserError where another process delivers it, MlflowError (settings). */
export async function syncRun(
  folder: string,
  options: DeliveryOptions,
  warn: (text: string) => void,
): Promise<SyncResult> {
  return deliver(await Delivery.open(folder, options, warn), !isLocked(folder));
}

/** Delivers what a server lacks of a sweep's own run. @throws as `syncRun` does. */
export async function syncParent(parent: ParentRun, options: DeliveryOptions): Promise<SyncResult> {
  return deliver(await ParentDelivery.open(parent, options), true);
}

/** @param complete false where it still grows. */
async function deliver(delivery: Delivery | ParentDelivery, complete: boolean): Promise<SyncResult> {
  let failure: Error | undefined;
  try {
    const follower = new Follower(delivery, {
      failed: (error) => (failure = error),
      well: () => undefined,
    });
    follower.end(MAX_OFFLINE_MS, complete);
    const sent = await follower.run();
    return { ...delivery.sent, url: delivery.url, failure: sent ? undefined : failure };
  } finally {
    await delivery.close();
  }
}

/** The runs of a folder that want to be known, the oldest first. */
export async function trackedRuns(runs: string): Promise<RunLocation[]> {
  const all = await listRuns(runs);
  const wanted = await Promise.all(
    all.map(async ({ path }) => {
      const first = (await readTail(path, 0)).entries[0]?.entry;
      return first?.type === 'start' && first.tracking?.mode !== 'off';
    }),
  );
  return all.filter((_, i) => wanted[i]);
}

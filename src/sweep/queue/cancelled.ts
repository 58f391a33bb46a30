import type { Redis } from 'ioredis';
import { onCancel } from '../cancel.js';
import { QUEUE } from './job.js';

/** After which Redis forgets that a sweep was cancelled. */
const MARK_EXPIRY_S = 7 * 24 * 3600;

/** Among the queue's own keys, so that the same access rules apply. */
const markOf = (key: string): string => `bull:${QUEUE}:cancelled:${key}`;

/** Asks workers that do not see the sweep's folder to save and end its trials. */
export async function markCancelled(redis: Pick<Redis, 'set'>, key: string): Promise<void> {
  await redis.set(markOf(key), new Date().toISOString(), 'EX', MARK_EXPIRY_S);
}

/** Removes the mark, so that the sweep can be resumed. */
export async function unmarkCancelled(redis: Pick<Redis, 'del'>, key: string): Promise<void> {
  await redis.del(markOf(key));
}

const POLL_INTERVAL_MS = 2000;

/** Calls once when a sweep is cancelled, by its folder or by way of Redis. */
export function onCancelOf(
  folder: string,
  redis: Redis,
  key: string,
  cancelled: () => void,
): { release(): void } {
  let isOver = false;
  const once = (): void => {
    if (isOver) return;
    release();
    cancelled();
  };
  const file = onCancel(folder, once);
  const timer = setInterval(() => {
    // While Redis is away the answer is unknown.
    redis.exists(markOf(key)).then(
      (count) => {
        if (count > 0) once();
      },
      () => undefined,
    );
  }, POLL_INTERVAL_MS);
  timer.unref();
  const release = (): void => {
    isOver = true;
    clearInterval(timer);
    file.release();
  };
  return { release };
}

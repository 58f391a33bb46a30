import type { Redis } from 'ioredis';
import { onCancel } from '../cancel.js';
import { QUEUE } from './job.js';

/** Seconds for which a wish is kept. */
const KEPT = 7 * 24 * 3600;

/** Beside the queue's own keys: whoever may use the queue may use it. */
const markOf = (key: string): string => `bull:${QUEUE}:cancelled:${key}`;

/** Asks workers that do not see the sweep's folder to save and end its trials. */
export async function markCancelled(redis: Pick<Redis, 'set'>, key: string): Promise<void> {
  await redis.set(markOf(key), new Date().toISOString(), 'EX', KEPT);
}

/** Takes the wish back: the sweep goes on. */
export async function unmarkCancelled(redis: Pick<Redis, 'del'>, key: string): Promise<void> {
  await redis.del(markOf(key));
}

/** Milliseconds between two looks. */
const LOOK_EVERY = 2000;

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
    // While Redis is away nobody is asked.
    redis.exists(markOf(key)).then(
      (count) => {
        if (count > 0) once();
      },
      () => undefined,
    );
  }, LOOK_EVERY);
  timer.unref();
  const release = (): void => {
    isOver = true;
    clearInterval(timer);
    file.release();
  };
  return { release };
}

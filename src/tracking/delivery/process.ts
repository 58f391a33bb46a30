import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../core/errors.js';
import { MlflowError } from '../mlflow/index.js';
import { Delivery } from './delivery.js';
import { Follower } from './follower.js';
import type { FromDelivery, ToDelivery } from './messages.js';
import type { DeliveryOptions } from './options.js';

/** Without progress for so long, the process gives up once the one that trains is gone. */
const ORPHAN_TIMEOUT_MS = 30_000;
const TICK_MS = 1000;
/** Between two looks whether another process still delivers this run, and after which it is an error. */
const LOCK_POLL_INTERVAL_MS = 500;
const MAX_LOCK_WAIT_MS = 300_000;

/**
 * The program that delivers a run while another process trains it. Ctrl-C in a terminal reaches both; the one that trains
 * decides, and this one ends when it gets `end` or its parent is gone.
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
try {
  setPriority(10);
} catch {
  // Some containers forbid even that.
}

let follower: Follower | undefined;
/** Of an `end` that came before delivery had started. */
let grace: number | undefined;
const endWithin = (ms: number): void => {
  grace = ms;
  follower?.end(ms);
};

const send = (message: FromDelivery): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

/** Between two progress messages. */
const PROGRESS_INTERVAL_MS = 200;
let progressSentAt = 0;
/** Ticks without progress. Not a clock's time, which would include the time in which this process was suspended. */
let idleTicks = 0;
function sendProgress(): void {
  idleTicks = 0;
  if (performance.now() - progressSentAt < PROGRESS_INTERVAL_MS) return;
  progressSentAt = performance.now();
  send({ type: 'progress' });
}

process.on('message', (message: ToDelivery) => {
  if (message.type === 'end') endWithin(message.grace);
  else void deliver(message.folder, message.options);
});
process.on('disconnect', () => {
  endWithin(grace ?? ORPHAN_TIMEOUT_MS);
  idleTicks = 0;
  // `gan sync` sends the rest.
  setInterval(() => {
    if (++idleTicks * TICK_MS > ORPHAN_TIMEOUT_MS) process.exit(0);
  }, TICK_MS).unref();
});

async function deliver(folder: string, options: DeliveryOptions): Promise<void> {
  const warn = (text: string): void => send({ type: 'warning', text });
  let delivery: Delivery;
  try {
    delivery = await openWhenFree(folder, options, warn);
  } catch (error) {
    if (!(error instanceof MlflowError || error instanceof UserError)) throw error;
    send({ type: 'failed', message: error.message, remedy: error.remedy });
    send({ type: 'done', complete: false });
    process.disconnect();
    return;
  }
  send({ type: 'progress' });
  follower = new Follower(delivery, {
    failed: (error) =>
      send({
        type: 'failed',
        message: error.message,
        remedy: error instanceof MlflowError ? error.remedy : undefined,
      }),
    well: () => send({ type: 'well', url: delivery.url }),
    progress: sendProgress,
  });
  if (grace !== undefined) follower.end(grace);
  const complete = await follower.run();
  await delivery.close();
  send({ type: 'done', complete });
  if (process.connected) process.disconnect();
}

/** The delivery process of a trainer that was killed may still be sending the end of this run's journal. */
async function openWhenFree(
  folder: string,
  options: DeliveryOptions,
  warn: (text: string) => void,
): Promise<Delivery> {
  for (let waited = 0; ; waited += LOCK_POLL_INTERVAL_MS) {
    try {
      return await Delivery.open(folder, options, warn);
    } catch (error) {
      if (!(error instanceof UserError) || waited > MAX_LOCK_WAIT_MS) throw error;
    }
    await sleep(LOCK_POLL_INTERVAL_MS);
  }
}

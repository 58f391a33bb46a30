import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../core/errors.js';
import { MlflowError } from '../mlflow/index.js';
import { Delivery } from './delivery.js';
import { Follower } from './follower.js';
import type { FromSink, ToSink } from './messages.js';
import type { DeliveryOptions } from './options.js';

/** Milliseconds in which nothing goes through that end the rest when the process that trained is gone. */
const LAST_WILL = 30_000;
const TICK = 1000;
/** Milliseconds between two looks whether the one who still delivers this run is done, and those after which it is not waited for. */
const LOCK_EVERY = 500;
const MOST_LOCKED = 300_000;

/**
 * The process that delivers a run while another one trains it. Ctrl-C in a terminal reaches both: it is the trainer's to
 * answer, and this one ends when the trainer says so, or is gone.
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
try {
  setPriority(10);
} catch {
  // Some containers forbid even that.
}

let follower: Follower | undefined;
/** Asked to end before there was anything to end. */
let grace: number | undefined;
const endWithin = (ms: number): void => {
  grace = ms;
  follower?.end(ms);
};

const say = (message: FromSink): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

/** Milliseconds between two words of progress. */
const SAY_EVERY = 200;
let said = 0;
/** Ticks since something went through. They are counted, since a clock would also count for how long this process stood still. */
let idle = 0;
function sayProgress(): void {
  idle = 0;
  if (performance.now() - said < SAY_EVERY) return;
  said = performance.now();
  say({ type: 'progress' });
}

process.on('message', (message: ToSink) => {
  if (message.type === 'end') endWithin(message.grace);
  else void deliver(message.folder, message.options);
});
process.on('disconnect', () => {
  endWithin(grace ?? LAST_WILL);
  idle = 0;
  // What is not through by then is for `gan sync`.
  setInterval(() => {
    if (++idle * TICK > LAST_WILL) process.exit(0);
  }, TICK).unref();
});

async function deliver(folder: string, options: DeliveryOptions): Promise<void> {
  const warn = (text: string): void => say({ type: 'warning', text });
  let delivery: Delivery;
  try {
    delivery = await openWhenFree(folder, options, warn);
  } catch (error) {
    if (!(error instanceof MlflowError || error instanceof UserError)) throw error;
    say({ type: 'failed', message: error.message, remedy: error.remedy });
    say({ type: 'done', complete: false });
    process.disconnect();
    return;
  }
  say({ type: 'progress' });
  follower = new Follower(delivery, {
    failed: (error) =>
      say({
        type: 'failed',
        message: error.message,
        remedy: error instanceof MlflowError ? error.remedy : undefined,
      }),
    well: () => say({ type: 'well', url: delivery.url }),
    progress: sayProgress,
  });
  if (grace !== undefined) follower.end(grace);
  const complete = await follower.run();
  await delivery.close();
  say({ type: 'done', complete });
  if (process.connected) process.disconnect();
}

/** The sink of a process that was killed may still be at the end of this run's journal. */
async function openWhenFree(
  folder: string,
  options: DeliveryOptions,
  warn: (text: string) => void,
): Promise<Delivery> {
  for (let waited = 0; ; waited += LOCK_EVERY) {
    try {
      return await Delivery.open(folder, options, warn);
    } catch (error) {
      if (!(error instanceof UserError) || waited > MOST_LOCKED) throw error;
    }
    await sleep(LOCK_EVERY);
  }
}

/** The program of one trial: trains it, reports progress, and ends when its parent is gone. See trial-process.ts. */
import { rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import { checkpointSteps, holdsLock, lockFolder } from '../record/index.js';
import { writeOutputs } from '../record/pictures/index.js';
import { run } from '../runs/index.js';
import type { FromTrial, ToTrial, TrialRequest } from './messages.js';

/** Between two messages about steps. */
const REPORT_INTERVAL_MS = 400;
/** Between two looks whether this process still has the run's folder. */
const LOCK_POLL_INTERVAL_MS = 2000;
/** Left for a checkpoint when the process that asked for the trial is gone: another may soon take the trial. */
const ORPHAN_TIMEOUT_MS = 5000;

const controller = new AbortController();
// Ctrl-C in a terminal reaches this process too, but the parent decides: it sends `stop`.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => {
  controller.abort();
  setTimeout(() => process.exit(1), ORPHAN_TIMEOUT_MS);
});
process.on('message', (message: ToTrial) => {
  if (message.type === 'stop') controller.abort();
  else void perform(message.request);
});

const send = (message: FromTrial): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

async function perform(request: TrialRequest): Promise<void> {
  try {
    send(await train(request));
  } catch (error) {
    // With its stack: what is no user's mistake is ours.
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    send({ type: 'failed', reason: error instanceof UserError ? textOf(error) : stack });
  }
  process.removeAllListeners('disconnect');
  if (process.connected) process.disconnect();
}

async function train({ recipe, text, as, until, ...request }: TrialRequest): Promise<FromTrial> {
  const folder = join(request.runs, as.name, as.id);
  const exists = existsSync(folder);
  const resumable = exists && (await checkpointSteps(folder)).length > 0;
  if (exists && !resumable) {
    // Killed before its first checkpoint: what it wrote leads nowhere.
    lockFolder(folder);
    await rm(folder, { recursive: true });
  }
  let reportedAt = 0;
  const rung = { reached: false };
  let watch: NodeJS.Timeout | undefined;
  // One after the other: the last sample is to be the one that stays.
  let writing: Promise<void> = Promise.resolve();
  const { status } = await run(
    { ...request, signal: controller.signal, ...(resumable ? { resume: folder } : { recipe, text, as }) },
    {
      outlook: ({ from, steps }) => {
        send({ type: 'outlook', from, steps });
        watch = watchLock(folder);
      },
      event: (event) => {
        if (event.type === 'evaluation') {
          send({ type: 'metrics', step: event.step, metrics: event.metrics });
          if (until !== undefined && event.step >= until) {
            rung.reached = true;
            controller.abort();
          }
        }
        if (event.type !== 'step' || performance.now() - reportedAt < REPORT_INTERVAL_MS) return;
        reportedAt = performance.now();
        send({ type: 'step', step: event.step, ms: event.ms });
      },
      sample: (step, samples) => {
        writing = writing
          .then(() => writeOutputs(folder, step, samples))
          .catch((error: unknown) =>
            send({ type: 'warning', text: `Pictures are not kept: ${String(error)}.` }),
          );
      },
      warn: (warning) => send({ type: 'warning', text: warning }),
    },
  ).finally(() => clearInterval(watch));
  await writing;
  return { type: 'ended', status: rung.reached && status === 'killed' ? 'paused' : status };
}

/** Ends the process once another one has the folder, so that it writes nothing more into it. */
function watchLock(folder: string): NodeJS.Timeout {
  return setInterval(() => {
    if (existsSync(folder) && !holdsLock(folder)) process.exit(1);
  }, LOCK_POLL_INTERVAL_MS);
}

const textOf = ({ message, diagnostics }: UserError): string =>
  diagnostics.length > 0 ? `${message} ${diagnostics.map((each) => each.message).join(' ')}` : message;

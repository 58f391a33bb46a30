/** The process of one trial: trains it, says how far it is, and ends with whoever started it. See trial-process.ts. */
import { rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import { checkpointSteps, holdsLock, lockFolder } from '../record/index.js';
import { writeOutputs } from '../record/pictures/index.js';
import { run } from '../runs/index.js';
import type { FromTrial, ToTrial, TrialRequest } from './messages.js';

/** Milliseconds between two words about steps. */
const SAY_EVERY = 400;
/** Milliseconds between two looks whether the run's folder is this process's still. */
const LOOK_EVERY = 2000;
/** Milliseconds that are left for a checkpoint when the process that asked for the trial is gone: another may be on its way. */
const LAST_WILL = 5000;

const controller = new AbortController();
// Ctrl-C in a terminal reaches all: it is for the parent to answer, which then says so.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => {
  controller.abort();
  setTimeout(() => process.exit(1), LAST_WILL);
});
process.on('message', (message: ToTrial) => {
  if (message.type === 'stop') controller.abort();
  else void play(message.request);
});

const say = (message: FromTrial): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

async function play(request: TrialRequest): Promise<void> {
  try {
    say(await train(request));
  } catch (error) {
    // With its stack: what is no user's mistake is ours.
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say({ type: 'failed', reason: error instanceof UserError ? textOf(error) : stack });
  }
  process.removeAllListeners('disconnect');
  if (process.connected) process.disconnect();
}

async function train({ recipe, text, as, until, ...request }: TrialRequest): Promise<FromTrial> {
  const folder = join(request.runs, as.name, as.id);
  const begun = existsSync(folder);
  const resumable = begun && (await checkpointSteps(folder)).length > 0;
  if (begun && !resumable) {
    // Killed before its first checkpoint: what it wrote leads nowhere.
    lockFolder(folder);
    await rm(folder, { recursive: true });
  }
  let told = 0;
  const rung = { reached: false };
  let watch: NodeJS.Timeout | undefined;
  // One after the other; what the last one brings is what counts.
  let kept: Promise<void> = Promise.resolve();
  const { status } = await run(
    { ...request, signal: controller.signal, ...(resumable ? { resume: folder } : { recipe, text, as }) },
    {
      outlook: ({ from, steps }) => {
        say({ type: 'outlook', from, steps });
        watch = watchLock(folder);
      },
      event: (event) => {
        if (event.type === 'evaluation') {
          say({ type: 'metrics', step: event.step, metrics: event.metrics });
          if (until !== undefined && event.step >= until) {
            rung.reached = true;
            controller.abort();
          }
        }
        if (event.type !== 'step' || performance.now() - told < SAY_EVERY) return;
        told = performance.now();
        say({ type: 'step', step: event.step, ms: event.ms });
      },
      sample: (step, samples) => {
        kept = kept
          .then(() => writeOutputs(folder, step, samples))
          .catch((error: unknown) =>
            say({ type: 'warning', text: `Pictures are not kept: ${String(error)}.` }),
          );
      },
      warn: (warning) => say({ type: 'warning', text: warning }),
    },
  ).finally(() => clearInterval(watch));
  await kept;
  return { type: 'ended', status: rung.reached && status === 'killed' ? 'paused' : status };
}

/** Whoever lost the folder to another writes nothing more into it. */
function watchLock(folder: string): NodeJS.Timeout {
  return setInterval(() => {
    if (existsSync(folder) && !holdsLock(folder)) process.exit(1);
  }, LOOK_EVERY);
}

const textOf = ({ message, diagnostics }: UserError): string =>
  diagnostics.length > 0 ? `${message} ${diagnostics.map((each) => each.message).join(' ')}` : message;

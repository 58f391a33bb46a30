import { paint } from '../../core/node/paint.js';
import { definitionsWith } from '../../definitions.js';
import { publicAddress, runWorker, type TrialJob, type WorkerRequest } from '../../sweep/queue/index.js';
import type { ExitCode } from '../exit-code.js';
import { onInterrupt } from '../interrupt.js';

/** `gan worker`: says what it does, a line each. */
export async function serveQueue(request: WorkerRequest): Promise<ExitCode> {
  const say = (text: string): void =>
    console.error(`${paint.dim(new Date().toISOString().slice(11, 19))} ${text}`);
  const name = ({ name: sweep, id }: TrialJob): string => `${sweep}/${id}`;
  const interrupt = onInterrupt(() =>
    say(
      paint.yellow(
        'Stopping: trials save a checkpoint and go back to the queue; Ctrl-C again leaves at once.',
      ),
    ),
  );
  try {
    await runWorker(request, await definitionsWith(request.plugins ?? []), interrupt.signal, {
      onReady: () =>
        say(
          `ready: ${publicAddress(request.queue)}, ${request.jobs} at once with ${request.threads} threads, runs in ${request.runs}`,
        ),
      onStart: (job, again) => say(`${name(job)} ${again ? 'goes on' : 'begins'}`),
      onEnd: (job, { status, reason }) =>
        say(`${name(job)} ${status}${reason === undefined ? '' : `: ${reason}`}`),
      warn: (text) => say(`${paint.yellow('warning')} ${text}`),
    });
    return interrupt.signal.aborted ? 130 : 0;
  } finally {
    interrupt.release();
  }
}

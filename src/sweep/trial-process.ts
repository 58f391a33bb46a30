import { type ChildProcess, fork } from 'node:child_process';
import { compiledFile } from '../core/node/thread.js';
import type { FromTrial, ToTrial, TrialRequest } from './messages.js';

export interface Outcome {
  /**
   * `paused`: it has trained to the rung that it was asked for. `failed`: it reported an error that would come again.
   * `crashed`: its process was killed, or ended without a report.
   */
  readonly status: 'finished' | 'paused' | 'stopped' | 'failed' | 'crashed';
  readonly reason?: string;
}

const MAX_STDERR_CHARS = 2000;

/** The process of one trial: where it crashes, other trials are not affected. */
export class TrialProcess {
  private readonly child: ChildProcess;
  private stderr = '';
  private reported: Outcome | undefined;
  readonly outcome: Promise<Outcome>;

  constructor(
    request: TrialRequest,
    private readonly listen: (message: FromTrial) => void,
    file: string | URL = compiledFile(import.meta.url, './trial.js'),
  ) {
    this.child = fork(file, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-MAX_STDERR_CHARS);
    });
    this.child.on('message', (message) => this.receive(message as FromTrial));
    this.outcome = new Promise((resolve) => {
      this.child.once('error', (error) => resolve({ status: 'crashed', reason: error.message }));
      this.child.once('close', (code, signal) =>
        resolve(this.reported ?? crashOf(this.stderr, code, signal)),
      );
    });
    this.send({ type: 'begin', request });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Ends after the step it is at, with a checkpoint. */
  stop(): void {
    this.send({ type: 'stop' });
  }

  /** Ends it at once, since another worker is about to take this trial. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  private send(message: ToTrial): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  private receive(message: FromTrial): void {
    const outcome = outcomeOf(message);
    if (outcome) this.reported = outcome;
    else this.listen(message);
  }
}

/** The outcome in a trial's last message; undefined for all messages before it. */
export function outcomeOf(message: FromTrial): Outcome | undefined {
  if (message.type === 'failed') return { status: 'failed', reason: message.reason };
  if (message.type !== 'ended') return undefined;
  return { status: message.status === 'killed' ? 'stopped' : message.status };
}

/** The outcome of a process that ended without a last message. */
export function crashOf(stderr: string, code: number | null, signal: NodeJS.Signals | null): Outcome {
  const last = stderr.trim().split('\n').slice(-5).join('\n');
  const what =
    signal === null
      ? `its process ended with code ${String(code)}`
      : `its process was killed by ${signal}${signal === 'SIGKILL' ? ', as systems do that run out of memory' : ''}`;
  return { status: 'crashed', reason: last === '' ? what : `${what}: ${last}` };
}

import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FromTrial, ToTrial, TrialRequest } from './messages.js';

export interface Outcome {
  /** `paused`: it is as far as it was asked to go. `failed`: it said why, and would again. `crashed`: it was killed, or broke down without a word. */
  readonly status: 'finished' | 'paused' | 'stopped' | 'failed' | 'crashed';
  readonly reason?: string;
}

const KEPT = 2000;

/** A trial in a process of its own: whatever becomes of it, others go on. */
export class TrialProcess {
  private readonly child: ChildProcess;
  private stderr = '';
  private outcome: Outcome | undefined;
  readonly ended: Promise<Outcome>;

  constructor(
    request: TrialRequest,
    private readonly listen: (message: FromTrial) => void,
    file = program(),
  ) {
    this.child = fork(file, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-KEPT);
    });
    this.child.on('message', (message) => this.take(message as FromTrial));
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => resolve({ status: 'crashed', reason: error.message }));
      this.child.once('close', (code, signal) => resolve(this.outcome ?? crashOf(this.stderr, code, signal)));
    });
    this.tell({ type: 'begin', request });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Ends after the step it is at, with a checkpoint. */
  stop(): void {
    this.tell({ type: 'stop' });
  }

  /** Ends at once: somebody else is about to do this trial. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  private tell(message: ToTrial): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  private take(message: FromTrial): void {
    const outcome = outcomeOf(message);
    if (outcome) this.outcome = outcome;
    else this.listen(message);
  }
}

/** What a trial says of its end; undefined for what it says before. */
export function outcomeOf(message: FromTrial): Outcome | undefined {
  if (message.type === 'failed') return { status: 'failed', reason: message.reason };
  if (message.type !== 'ended') return undefined;
  return { status: message.status === 'killed' ? 'stopped' : message.status };
}

/** Of one that ended without a word. */
export function crashOf(stderr: string, code: number | null, signal: NodeJS.Signals | null): Outcome {
  const last = stderr.trim().split('\n').slice(-5).join('\n');
  const what =
    signal === null
      ? `its process ended with code ${String(code)}`
      : `its process was killed by ${signal}${signal === 'SIGKILL' ? ', as systems do that run out of memory' : ''}`;
  return { status: 'crashed', reason: last === '' ? what : `${what}: ${last}` };
}

/** The compiled program, also where this file itself runs uncompiled. */
function program(): string {
  const beside = fileURLToPath(new URL('trial.js', import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../dist/src/sweep/trial.js', import.meta.url));
}

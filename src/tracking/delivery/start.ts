import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FromSink, ToSink } from './messages.js';
import type { DeliveryOptions } from './options.js';

/**
 * Milliseconds that the end of a run waits for the last entries: longest while they go through, and not at all where the
 * server does not answer, and will not now.
 */
const GRACE = { well: 20_000, unknown: 8000, failing: 0 } as const;
/** Of a run's time: how long its end bears a server that says nothing, between these milliseconds. */
const SILENCE = { share: 0.01, least: 3000, most: 8000 } as const;
/** Milliseconds in which a sink that has given up is gone. */
const LEAVING = 500;
const LOOK_EVERY = 25;
/** Times that a sink which broke down is started again. */
const RESTARTS = 3;
const MEGABYTES = 256;

export interface TrackingEvents {
  /** Where the run can be seen. */
  opened(url: string): void;
  /** Something is not delivered, or will be later; training goes on. */
  warn(text: string): void;
}

/** The delivery of a run, in a process of its own: nothing that happens there can stop, fail or slow the training. */
export class Tracking {
  private child: ChildProcess | undefined;
  private restarts = 0;
  private state: 'unknown' | 'well' | 'failing' = 'unknown';
  private complete = false;
  private done = false;
  private readonly began = Date.now();
  /** Milliseconds since 1970; none before the sink has begun. */
  private lastProgress = Infinity;
  private ending = false;
  private stderr = '';

  constructor(
    private readonly folder: string,
    private readonly options: DeliveryOptions,
    private readonly events: TrackingEvents,
  ) {
    this.launch();
  }

  /** The journal is written to its end: waits a little for the rest to be delivered. */
  async end(): Promise<void> {
    this.ending = true;
    const { child } = this;
    if (child) {
      this.tell(child, { type: 'end', grace: GRACE[this.state] });
      const ending = Date.now();
      const { share, least, most } = SILENCE;
      const silence = Math.min(most, Math.max(least, share * (ending - this.began)));
      while (this.child && !this.done) {
        const now = Date.now();
        // Whoever gets an answer meanwhile is worth waiting for longer.
        if (now - ending > GRACE[this.state] + LEAVING) break;
        if (now - Math.max(ending, this.lastProgress) > silence) break;
        await sleep(LOOK_EVERY);
      }
      // From now on it is by itself, and leaves soon.
      if (this.child?.connected) this.child.disconnect();
    }
    if (!this.complete) {
      this.events.warn('MLflow has not got everything of this run: `gan sync` sends the rest.');
    }
  }

  private launch(): void {
    const child = fork(program(), {
      // Nothing of a debugger or a test runner.
      execArgv: [`--max-old-space-size=${MEGABYTES}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child = child;
    this.lastProgress = Infinity;
    this.stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-2000);
    });
    child.on('message', (message) => this.take(message as FromSink));
    child.on('error', (error) => this.events.warn(`MLflow gets nothing: ${error.message}.`));
    child.on('exit', (code) => this.exited(code));
    this.tell(child, { type: 'begin', folder: this.folder, options: this.options });
    // The training's process ends when it is done, whoever still listens.
    child.unref();
    child.channel?.unref();
    (child.stderr as unknown as { unref(): void }).unref();
  }

  private tell(child: ChildProcess, message: ToSink): void {
    // One that has just broken down hears nothing.
    if (child.connected) child.send(message, () => undefined);
  }

  private take(message: FromSink): void {
    switch (message.type) {
      case 'progress':
        this.lastProgress = Date.now();
        break;
      case 'well':
        this.lastProgress = Date.now();
        if (this.state === 'failing')
          this.events.warn('MLflow answers again; what is missing is being sent.');
        if (this.state === 'unknown' && message.url !== undefined) this.events.opened(message.url);
        this.state = 'well';
        break;
      case 'failed': {
        this.state = 'failing';
        const remedy = message.remedy === undefined ? '' : ` ${message.remedy}`;
        this.events.warn(`${message.message}${remedy} Training goes on.`);
        break;
      }
      case 'warning':
        this.events.warn(message.text);
        break;
      case 'done':
        this.complete = message.complete;
        this.done = true;
    }
  }

  private exited(code: number | null): void {
    this.child = undefined;
    if (code === 0 || this.ending) return;
    if (this.restarts++ < RESTARTS) {
      this.launch();
      return;
    }
    const why = this.stderr.split('\n').find((line) => /Error/.test(line)) ?? `it ended with ${String(code)}`;
    this.events.warn(`What sends this run to MLflow broke down: ${why.trim()}. Training goes on.`);
  }
}

/** The compiled program, also where this file itself runs uncompiled. */
function program(): string {
  const beside = fileURLToPath(new URL('process.js', import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../../dist/src/tracking/delivery/process.js', import.meta.url));
}

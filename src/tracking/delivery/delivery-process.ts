import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { compiledFile } from '../../core/node/thread.js';
import type { FromDelivery, ToDelivery } from './messages.js';
import type { DeliveryOptions } from './options.js';

/** For how long the end of a run waits for the last entries to be delivered, by what the server did so far. */
const GRACE_MS = { well: 20_000, unknown: 8000, failing: 0 } as const;
/** Without any progress the end of a run waits no longer than this: a share of the run's time, between two bounds. */
const SILENCE_MS = { share: 0.01, least: 3000, most: 8000 } as const;
/** In which a delivery process that has given up exits. */
const EXIT_MS = 500;
const POLL_INTERVAL_MS = 25;
/** Times that a process which crashed is started again. */
const MAX_RESTARTS = 3;
const MAX_HEAP_MB = 256;

export interface DeliveryEvents {
  /** Where the run can be seen. */
  opened(url: string): void;
  /** Something is not delivered, or will be later; training goes on. */
  warn(text: string): void;
}

/** Delivers a run in another process, so that no trouble there can stop, fail or slow the training. */
export class DeliveryProcess {
  private child: ChildProcess | undefined;
  private restarts = 0;
  private state: 'unknown' | 'well' | 'failing' = 'unknown';
  private isComplete = false;
  private isDone = false;
  private readonly startedAt = Date.now();
  /** Milliseconds since 1970; Infinity before the process has started to deliver. */
  private lastProgress = Infinity;
  private isEnding = false;
  private stderr = '';

  constructor(
    private readonly folder: string,
    private readonly options: DeliveryOptions,
    private readonly events: DeliveryEvents,
  ) {
    this.launch();
  }

  /** Once the journal is complete: waits for the rest to be delivered, within limits. */
  async end(): Promise<void> {
    this.isEnding = true;
    const { child } = this;
    if (child) {
      this.send(child, { type: 'end', grace: GRACE_MS[this.state] });
      const endedAt = Date.now();
      const { share, least, most } = SILENCE_MS;
      const silence = Math.min(most, Math.max(least, share * (endedAt - this.startedAt)));
      while (this.child && !this.isDone) {
        const now = Date.now();
        // As long as something goes through, waiting is worth it.
        if (now - endedAt > GRACE_MS[this.state] + EXIT_MS) break;
        if (now - Math.max(endedAt, this.lastProgress) > silence) break;
        await sleep(POLL_INTERVAL_MS);
      }
      // Without its parent it exits soon.
      if (this.child?.connected) this.child.disconnect();
    }
    if (!this.isComplete) {
      this.events.warn('MLflow has not got everything of this run: `gan sync` sends the rest.');
    }
  }

  private launch(): void {
    const child = fork(compiledFile(import.meta.url, './process.js'), {
      // Nothing of a debugger or a test runner.
      execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child = child;
    this.lastProgress = Infinity;
    this.stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-2000);
    });
    child.on('message', (message) => this.receive(message as FromDelivery));
    child.on('error', (error) => this.events.warn(`MLflow gets nothing: ${error.message}.`));
    child.on('exit', (code) => this.onExit(code));
    this.send(child, { type: 'begin', folder: this.folder, options: this.options });
    // This process must not keep the one that trains alive.
    child.unref();
    child.channel?.unref();
    (child.stderr as unknown as { unref(): void }).unref();
  }

  private send(child: ChildProcess, message: ToDelivery): void {
    // A process that has just crashed takes no message.
    if (child.connected) child.send(message, () => undefined);
  }

  private receive(message: FromDelivery): void {
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
        this.isComplete = message.complete;
        this.isDone = true;
    }
  }

  private onExit(code: number | null): void {
    this.child = undefined;
    if (code === 0 || this.isEnding) return;
    if (this.restarts++ < MAX_RESTARTS) {
      this.launch();
      return;
    }
    const why = this.stderr.split('\n').find((line) => /Error/.test(line)) ?? `it ended with ${String(code)}`;
    this.events.warn(`What sends this run to MLflow broke down: ${why.trim()}. Training goes on.`);
  }
}

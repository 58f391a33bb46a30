import { MlflowError } from '../../tracking/mlflow/index.js';
import { checkpointSteps, isFileError } from '../../record/index.js';
import type { MlflowStore } from './mlflow-store.js';
import { withRetries } from './retry.js';

/** Between two looks for a new checkpoint. */
const POLL_INTERVAL_MS = 1000;

/** Sends each new checkpoint of a trial to the store while another process trains it. */
export class Mirror {
  private readonly timer: NodeJS.Timeout;
  private busy = Promise.resolve();
  private idle = true;
  private pushed: number | undefined;
  private readonly reported = new Set<string>();

  constructor(
    private readonly store: Pick<MlflowStore, 'push'>,
    private readonly id: string,
    /** Of the run. */
    private readonly folder: string,
    private readonly warn: (text: string) => void,
  ) {
    this.timer = setInterval(() => this.look(), POLL_INTERVAL_MS);
    this.timer.unref();
  }

  /** Sends the last state of a trial that has ended. @throws MlflowError where it cannot be sent. */
  async finish(): Promise<void> {
    this.abandon();
    await this.busy;
    try {
      await withRetries(
        () => this.store.push(this.id, this.folder),
        (error) => this.complain(error),
      );
    } catch (error) {
      // A trial that failed before it started has no folder.
      if (!isFileError(error) || error.code !== 'ENOENT') throw error;
    }
  }

  /** Sends nothing more. */
  abandon(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    if (!this.idle) return;
    this.idle = false;
    this.busy = this.keepUp().finally(() => {
      this.idle = true;
    });
  }

  private async keepUp(): Promise<void> {
    try {
      const step = (await checkpointSteps(this.folder)).at(-1);
      if (step === undefined || step === this.pushed) return;
      await this.store.push(this.id, this.folder);
      this.pushed = step;
    } catch (error) {
      // A newer checkpoint has replaced this one: the next look sends it.
      if (isFileError(error) && error.code === 'ENOENT') return;
      if (!(error instanceof MlflowError)) throw error;
      this.complain(error);
    }
  }

  /** Once for each kind of trouble. */
  private complain(error: MlflowError): void {
    if (!this.reported.has(error.kind))
      this.warn(`${this.id} is not kept: ${error.message} Training goes on.`);
    this.reported.add(error.kind);
  }
}

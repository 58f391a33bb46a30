import { MlflowError } from '../../tracking/mlflow/index.js';
import { checkpointSteps, isFileError } from '../../record/index.js';
import type { MlflowStore } from './mlflow-store.js';
import { patiently } from './patience.js';

/** Milliseconds between two looks for a new checkpoint. */
const LOOK_EVERY = 1000;

/** Keeps a trial's state in the store as good as its newest checkpoint, beside the process that trains. */
export class Mirror {
  private readonly timer: NodeJS.Timeout;
  private busy = Promise.resolve();
  private idle = true;
  private pushed: number | undefined;
  private readonly told = new Set<string>();

  constructor(
    private readonly store: Pick<MlflowStore, 'push'>,
    private readonly id: string,
    /** Of the run. */
    private readonly folder: string,
    private readonly warn: (text: string) => void,
  ) {
    this.timer = setInterval(() => this.look(), LOOK_EVERY);
    this.timer.unref();
  }

  /** The trial has ended: sends its last state. @throws MlflowError where that cannot be had. */
  async finish(): Promise<void> {
    this.abandon();
    await this.busy;
    try {
      await patiently(
        () => this.store.push(this.id, this.folder),
        (error) => this.complain(error),
      );
    } catch (error) {
      // It may have said why it cannot begin, before there was anything of it.
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
      // A checkpoint was replaced by a newer one meanwhile: the next look takes that.
      if (isFileError(error) && error.code === 'ENOENT') return;
      if (!(error instanceof MlflowError)) throw error;
      this.complain(error);
    }
  }

  /** Once for each kind of trouble. */
  private complain(error: MlflowError): void {
    if (!this.told.has(error.kind)) this.warn(`${this.id} is not kept: ${error.message} Training goes on.`);
    this.told.add(error.kind);
  }
}

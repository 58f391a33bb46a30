import { existsSync } from 'node:fs';
import { UnrecoverableError } from 'bullmq';
import { UserError } from '../../core/errors.js';
import { MlflowError } from '../../tracking/mlflow/index.js';
import { checkpointSteps } from '../../record/index.js';
import type { DeliveryOptions } from '../../tracking/index.js';
import { Mirror, type MlflowStore, openStore, withRetries } from '../store/index.js';
import type { TrialJob } from './job.js';

/** A trial whose state is in a store, for the worker that trains it. Where the store cannot be used, the job fails. */
export class StoredTrial {
  private mirror: Mirror | undefined;
  private hasWarned = false;

  private constructor(
    private readonly id: string,
    private readonly store: MlflowStore,
    private readonly warn: (text: string) => void,
  ) {}

  /** @returns undefined for a trial that is in the sweep's folder only. */
  static async open(
    trial: TrialJob,
    options: DeliveryOptions | undefined,
    warn: (text: string) => void,
  ): Promise<StoredTrial | undefined> {
    const complain = (error: MlflowError): void => warn(`${trial.id} waits: ${error.message}`);
    const store = await orFailJob(withRetries(() => openStore(trial, options), complain));
    return store && new StoredTrial(trial.id, store, warn);
  }

  /** Fetches the state that another worker has stored, if it is further than the one here. @returns whether it was. */
  async catchUp(path: string): Promise<boolean> {
    const here = existsSync(path) ? ((await checkpointSteps(path)).at(-1) ?? 0) : -1;
    return this.retried(async () => {
      const manifest = await this.store.manifestOf(this.id);
      return manifest !== undefined && manifest.step > here && (await this.store.pull(this.id, path));
    });
  }

  /** Sends each checkpoint from now on. */
  follow(path: string): void {
    this.mirror = new Mirror(this.store, this.id, path, this.warn);
  }

  /** Sends the whole state of a trial that has ended. */
  async conclude(path: string): Promise<void> {
    this.mirror ??= new Mirror(this.store, this.id, path, this.warn);
    await orFailJob(this.mirror.finish());
  }

  async close(): Promise<void> {
    this.mirror?.abandon();
    await this.store.close();
  }

  private retried<T>(action: () => Promise<T>): Promise<T> {
    return orFailJob(
      withRetries(action, (error) => {
        if (!this.hasWarned) this.warn(`${this.id} waits: ${error.message}`);
        this.hasWarned = true;
      }),
    );
  }
}

/** Turns errors into those of BullMQ: the job is tried again where the trouble may pass, and fails where it will not. */
async function orFailJob<T>(action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error) {
    if (!(error instanceof MlflowError || error instanceof UserError)) throw error;
    const text = [error.message, error.remedy].filter((part) => part !== undefined).join(' ');
    if (error instanceof MlflowError && error.transient) throw new Error(text);
    throw new UnrecoverableError(text);
  }
}

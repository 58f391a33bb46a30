import { existsSync } from 'node:fs';
import { UnrecoverableError } from 'bullmq';
import { UserError } from '../../core/errors.js';
import { MlflowError } from '../../tracking/mlflow/index.js';
import { checkpointSteps } from '../../record/index.js';
import type { DeliveryOptions } from '../../tracking/index.js';
import { Mirror, type MlflowStore, openStore, patiently } from '../store/index.js';
import type { TrialJob } from './job.js';

/** A trial whose state is kept in a store, as its worker sees it. A store that cannot be used fails the job, and says why. */
export class KeptTrial {
  private mirror: Mirror | undefined;
  private isTold = false;

  private constructor(
    private readonly id: string,
    private readonly store: MlflowStore,
    private readonly warn: (text: string) => void,
  ) {}

  /** @returns undefined for a trial that is kept nowhere but in the sweep's folder. */
  static async open(
    trial: TrialJob,
    options: DeliveryOptions | undefined,
    warn: (text: string) => void,
  ): Promise<KeptTrial | undefined> {
    const complain = (error: MlflowError): void => warn(`${trial.id} waits: ${error.message}`);
    const store = await orFail(patiently(() => openStore(trial, options), complain));
    return store && new KeptTrial(trial.id, store, warn);
  }

  /** Takes the state that others have left, where it is further than the one here. @returns whether it was. */
  async catchUp(path: string): Promise<boolean> {
    const here = existsSync(path) ? ((await checkpointSteps(path)).at(-1) ?? 0) : -1;
    return this.ask(async () => {
      const manifest = await this.store.manifestOf(this.id);
      return manifest !== undefined && manifest.step > here && (await this.store.pull(this.id, path));
    });
  }

  /** From now on the store gets each checkpoint. */
  follow(path: string): void {
    this.mirror = new Mirror(this.store, this.id, path, this.warn);
  }

  /** It has ended: the store gets all of it. */
  async conclude(path: string): Promise<void> {
    this.mirror ??= new Mirror(this.store, this.id, path, this.warn);
    await orFail(this.mirror.finish());
  }

  async close(): Promise<void> {
    this.mirror?.abandon();
    await this.store.close();
  }

  private ask<T>(action: () => Promise<T>): Promise<T> {
    return orFail(
      patiently(action, (error) => {
        if (!this.isTold) this.warn(`${this.id} waits: ${error.message}`);
        this.isTold = true;
      }),
    );
  }
}

/** What may pass is worth another attempt, what does not is not. */
async function orFail<T>(action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error) {
    if (!(error instanceof MlflowError || error instanceof UserError)) throw error;
    const text = [error.message, error.remedy].filter((part) => part !== undefined).join(' ');
    if (error instanceof MlflowError && error.transient) throw new Error(text);
    throw new UnrecoverableError(text);
  }
}

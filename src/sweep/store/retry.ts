import { setTimeout as sleep } from 'node:timers/promises';
import { MlflowError } from '../../tracking/mlflow/index.js';

/** Milliseconds between two tries, and for how long they are made. */
const RETRY_DELAY_MS = 3000;
const RETRY_FOR_MS = 120_000;

/** Tries until it succeeds, as long as what is in the way may pass by itself. @throws MlflowError when it did not. */
export async function withRetries<T>(
  action: () => Promise<T>,
  complain: (error: MlflowError) => void,
): Promise<T> {
  const end = Date.now() + RETRY_FOR_MS;
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof MlflowError) || !error.transient || Date.now() > end) throw error;
      complain(error);
      await sleep(RETRY_DELAY_MS);
    }
  }
}

import { UserError } from '../../core/errors.js';
import { MlflowError } from '../../tracking/mlflow/index.js';
import { trackedSweep } from '../../sweep/index.js';
import { type DeliveryOptions, syncParent } from '../../tracking/index.js';

/**
 * Delivers the parent run of a finished sweep: its state, table, pictures and report. A failure is a warning of one line
 * and changes nothing else.
 */
export async function sendSweep(
  folder: string,
  options: DeliveryOptions,
  warn: (text: string) => void,
): Promise<void> {
  let failure: Error | undefined;
  try {
    const tracked = await trackedSweep(folder);
    if (!tracked) return;
    const result = await syncParent(tracked.parent, options);
    failure = result.failure;
    if (result.url !== undefined) console.log(`MLflow  ${result.url}`);
  } catch (error) {
    if (!(error instanceof MlflowError || error instanceof UserError)) throw error;
    failure = error;
  }
  if (failure) warn(`MLflow has not got the sweep's table: ${failure.message} \`gan sync\` sends it.`);
}

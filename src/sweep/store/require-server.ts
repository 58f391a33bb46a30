import { UserError } from '../../core/errors.js';
import type { DeliveryOptions } from '../../tracking/index.js';

/** @throws UserError (exit code 2) where no MLflow server is known, or none is wanted. */
export function requireServer(sweep: string, options: DeliveryOptions | undefined): DeliveryOptions {
  if (options) return options;
  throw new UserError(`Trials of ${sweep} are kept on MLflow, and no server is known here.`, {
    exitCode: 2,
    remedy: 'Set MLFLOW_TRACKING_URI or --tracking-uri, and leave out --tracking off or offline.',
  });
}

import type { DeliveryOptions } from '../../tracking/index.js';
import type { Sweep } from '../sweep.js';
import { MlflowStore } from './mlflow-store.js';
import { requireServer } from './require-server.js';

/** The store that a sweep or a job names; undefined where it names none. @throws UserError, MlflowError */
export async function openStore(
  { store, name }: Pick<Sweep, 'store' | 'name'>,
  options: DeliveryOptions | undefined,
): Promise<MlflowStore | undefined> {
  return store && MlflowStore.open(store.run, requireServer(name, options));
}

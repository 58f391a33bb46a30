import { relative } from 'node:path';
import { UserError } from '../../core/errors.js';
import { paint } from '../../core/node/paint.js';
import { MlflowError } from '../../tracking/mlflow/index.js';
import { cancelSweep, readProgress, readSweep, type Sweep } from '../../sweep/index.js';
import { writeSweepReport } from '../../reports/sweep/index.js';
import { SweepQueue } from '../../sweep/queue/index.js';
import { fetchRuns, openStore } from '../../sweep/store/index.js';
import type { DeliveryOptions } from '../../tracking/index.js';
import { describeRung } from './rungs.js';
import { countStates, formatTrialStates } from './table.js';

/** `gan sweep status`: the state of every run, from the journals. */
export async function printStatus(folder: string, options?: DeliveryOptions): Promise<void> {
  const sweep = await readFresh(folder, options);
  const { trials, rungs } = await readProgress(folder, sweep);
  console.log(`${sweep.name}: ${countStates(trials)}\n`);
  if (rungs.length > 0) console.log(`${rungs.map(describeRung).join('\n')}\n`);
  console.log(formatTrialStates(sweep, trials));
}

/** `gan sweep cancel`. */
export async function cancel(folder: string, url?: string): Promise<void> {
  const sweep = await readSweep(folder);
  if (url !== undefined) {
    const queue = await SweepQueue.open(url, sweep);
    const count = await queue.withdraw();
    await queue.close();
    console.log(`${count} waiting trials are taken back.`);
  }
  await cancelSweep(folder);
  console.log(
    `${sweep.name} is cancelled: trials that run save a checkpoint and end, and no other begins.\nGo on with  gan sweep ${relative('', sweep.file)}`,
  );
}

/** `gan sweep report`. */
export async function report(folder: string, options?: DeliveryOptions): Promise<void> {
  await readFresh(folder, options);
  const { files, markdown } = await writeSweepReport(folder);
  console.log(`${markdown}\n${files.map((file) => relative('', file)).join('\n')}`);
}

/** A sweep, with the newest state of trials that a store keeps. */
async function readFresh(folder: string, options: DeliveryOptions | undefined): Promise<Sweep> {
  const sweep = await readSweep(folder);
  try {
    const store = await openStore(sweep, options);
    await (store && fetchRuns(store, folder, sweep).finally(() => store.close()));
  } catch (error) {
    if (!(error instanceof MlflowError || error instanceof UserError)) throw error;
    // What is on this disk is shown all the same.
    console.error(`${paint.yellow('warning')} ${error.message} ${error.remedy ?? ''}`.trimEnd());
  }
  return sweep;
}

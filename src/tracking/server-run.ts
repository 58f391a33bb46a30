import { basename, dirname } from 'node:path';
import type { StartEvent } from '../core/events.js';
import { type MlflowClient, MlflowError, type Run } from '../mlflow/index.js';
import type { DeliveryOptions } from './options.js';
import { KEY_TAG, tagsOf } from './tags.js';

export interface WantedRun {
  /** The run's folder, `runs/<name>/<id>`. */
  readonly folder: string;
  readonly key: string;
  readonly start: StartEvent & { readonly time: number };
  /** As it was found or made the last time. */
  readonly runId: string | undefined;
}

/**
 * The server's run for a folder: the one it had, else one with its key, else a new one.
 * @throws MlflowError of kind `deleted` where somebody threw it away.
 */
export async function openServerRun(
  client: MlflowClient,
  wanted: WantedRun,
  options: DeliveryOptions,
): Promise<Run> {
  const { folder, key, start } = wanted;
  const known = wanted.runId ?? options.runId;
  if (known !== undefined) {
    const run = await client.getRun(known);
    if (run) return active(run);
    if (wanted.runId === undefined) {
      throw new MlflowError('settings', `MLflow at ${client.connection.uri} has no run ${known}.`, {
        remedy: 'MLFLOW_RUN_ID names a run to write into; leave it out for a new one.',
      });
    }
    // The server's memory is younger than ours: it was begun anew.
  }
  const experimentId = options.experimentId ?? (await client.ensureExperiment(experimentOf(wanted, options)));
  const tag = { key: KEY_TAG, value: key };
  const found = await client.findRun(experimentId, tag);
  if (found) return active(found);
  const parent = start.tracking?.parent;
  const parentTag = parent && [
    { key: 'mlflow.parentRunId', value: await ensureParent(client, experimentId, parent, start.time) },
  ];
  return client.createRun({
    experimentId,
    name: basename(folder),
    startTime: start.time,
    tags: [tag, ...tagsOf(start, folder), ...(parentTag ?? [])],
  });
}

function experimentOf({ folder, start }: WantedRun, { experiment }: DeliveryOptions): string {
  return experiment ?? start.tracking?.experiment ?? basename(dirname(folder));
}

/** The sweep's run, made by whichever of its parts comes first. */
async function ensureParent(
  client: MlflowClient,
  experimentId: string,
  parent: { readonly key: string; readonly name: string },
  startTime: number,
): Promise<string> {
  const tag = { key: KEY_TAG, value: parent.key };
  const find = (): Promise<Run | undefined> => client.findRun(experimentId, tag);
  const found = await find();
  if (found) return found.info.run_id;
  const made = await client.createRun({ experimentId, name: parent.name, startTime, tags: [tag] });
  // Where two were made at once both sides agree on the older one; the other stays empty.
  return ((await find()) ?? made).info.run_id;
}

function active(run: Run): Run {
  if (run.info.lifecycle_stage !== 'deleted') return run;
  throw new MlflowError('deleted', `The MLflow run ${run.info.run_name ?? run.info.run_id} was deleted.`, {
    remedy: 'Restore it in the MLflow UI, then `gan sync` sends what is missing.',
  });
}

import { basename, dirname } from 'node:path';
import type { StartEvent } from '../../core/events.js';
import { type MlflowClient, MlflowError, type Run } from '../mlflow/index.js';
import type { DeliveryOptions } from './options.js';
import { givenRun, type NewParent, ParentOnServer } from './parent-run.js';
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
 * @throws MlflowError of kind `deleted` where it was deleted on the server.
 */
export async function openServerRun(
  client: MlflowClient,
  wanted: WantedRun,
  options: DeliveryOptions,
): Promise<Run> {
  const { folder, key, start } = wanted;
  const parent = start.tracking?.parent;
  // A run named for a sweep is the sweep's, not that of each of its parts.
  if (wanted.runId !== undefined) {
    const run = await client.getRun(wanted.runId);
    if (run) return active(run);
    // The server has lost it: its database was set up again.
  } else if (!parent && options.runId !== undefined) return active(await givenRun(client, options.runId));
  const experimentId = await experimentIdOf(
    client,
    start.tracking?.experiment ?? basename(dirname(folder)),
    options,
  );
  const tag = { key: KEY_TAG, value: key };
  const sweep =
    parent && new ParentOnServer(client, experimentId, { ...parent, startTime: start.time }, options.runId);
  const found = await client.findRun(experimentId, tag);
  const run = found
    ? active(found)
    : await client.createRun({
        experimentId,
        name: basename(folder),
        startTime: start.time,
        tags: [tag, ...tagsOf(start, folder), ...(sweep ? [sweep.tagOf(await sweep.ensure())] : [])],
      });
  await sweep?.keep(run);
  return run;
}

/**
 * A slow server may carry out a request whose answer was lost after the search whether it did: then there is a second run,
 * which stays empty. Deletes such runs.
 */
export async function removeDuplicateRuns(client: MlflowClient, { info }: Run, key: string): Promise<void> {
  const runs = await client.findRuns(info.experiment_id, { key: KEY_TAG, value: key }, 'ACTIVE_ONLY');
  for (const { info: duplicate, data } of runs) {
    const isEmpty = (data.metrics ?? []).length === 0 && (data.params ?? []).length === 0;
    if (duplicate.run_id !== info.run_id && isEmpty) await client.deleteRun(duplicate.run_id);
  }
}

/** A sweep's own run: the one with its key, else a new one. @throws as `openServerRun` does. */
export async function openParentRun(
  client: MlflowClient,
  parent: NewParent & { readonly experiment: string | undefined },
  options: DeliveryOptions,
): Promise<Run> {
  const experimentId = await experimentIdOf(client, parent.experiment ?? parent.name, options);
  return active(await new ParentOnServer(client, experimentId, parent, options.runId).ensure());
}

async function experimentIdOf(
  client: MlflowClient,
  byDefault: string,
  { experiment = byDefault, experimentId }: DeliveryOptions,
): Promise<string> {
  return experimentId ?? (await client.ensureExperiment(experiment));
}

function active(run: Run): Run {
  if (run.info.lifecycle_stage !== 'deleted') return run;
  throw new MlflowError('deleted', `The MLflow run ${run.info.run_name ?? run.info.run_id} was deleted.`, {
    remedy: 'Restore it in the MLflow UI, then `gan sync` sends what is missing.',
  });
}

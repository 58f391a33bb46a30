import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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
  const parent = start.tracking?.parent;
  // A run named for a sweep is the sweep's, not that of each of its parts.
  const known = wanted.runId ?? (parent ? undefined : options.runId);
  if (known !== undefined) {
    const run = await client.getRun(known);
    if (run) return active(run);
    if (wanted.runId === undefined) throw noSuchRun(client, known);
    // The server's memory is younger than ours: it was begun anew.
  }
  const experimentId = await experimentIdOf(
    client,
    start.tracking?.experiment ?? basename(dirname(folder)),
    options,
  );
  const tag = { key: KEY_TAG, value: key };
  const found = await client.findRun(experimentId, tag);
  if (found) return active(found);
  const parentRun =
    parent && (await ensureParent(client, experimentId, { ...parent, startTime: start.time }, options));
  const parentTag = parentRun && [{ key: 'mlflow.parentRunId', value: parentRun.info.run_id }];
  return client.createRun({
    experimentId,
    name: basename(folder),
    startTime: start.time,
    tags: [tag, ...tagsOf(start, folder), ...(parentTag ?? [])],
  });
}

/** A sweep's own run: the one with its key, else a new one. @throws as `openServerRun` does. */
export async function openParentRun(
  client: MlflowClient,
  parent: NewParent & { readonly experiment: string | undefined },
  options: DeliveryOptions,
): Promise<Run> {
  const experimentId = await experimentIdOf(client, parent.experiment ?? parent.name, options);
  return active(await ensureParent(client, experimentId, parent, options));
}

async function experimentIdOf(
  client: MlflowClient,
  wish: string,
  { experiment = wish, experimentId }: DeliveryOptions,
): Promise<string> {
  return experimentId ?? (await client.ensureExperiment(experiment));
}

/** Milliseconds in which the run that another process is making becomes visible. */
const SETTLING = 1500;

interface NewParent {
  readonly key: string;
  readonly name: string;
  readonly startTime: number;
}

/** The sweep's run, made by whichever of its parts comes first. */
async function ensureParent(
  client: MlflowClient,
  experimentId: string,
  { key, name, startTime }: NewParent,
  options: DeliveryOptions,
): Promise<Run> {
  if (options.runId !== undefined) {
    const run = await client.getRun(options.runId);
    if (!run) throw noSuchRun(client, options.runId);
    return run;
  }
  const tag = { key: KEY_TAG, value: key };
  const find = (): Promise<Run | undefined> => client.findRun(experimentId, tag);
  const found = await find();
  if (found) return found;
  const made = await client.createRun({ experimentId, name, startTime, tags: [tag] });
  // Several parts of a sweep begin at once. Soon all see what each has made, and agree on the first.
  await sleep(SETTLING);
  const first = (await find()) ?? made;
  if (first.info.run_id !== made.info.run_id) await client.deleteRun(made.info.run_id);
  return first;
}

function noSuchRun(client: MlflowClient, runId: string): MlflowError {
  return new MlflowError('settings', `MLflow at ${client.connection.uri} has no run ${runId}.`, {
    remedy: 'MLFLOW_RUN_ID names a run to write into; leave it out for a new one.',
  });
}

function active(run: Run): Run {
  if (run.info.lifecycle_stage !== 'deleted') return run;
  throw new MlflowError('deleted', `The MLflow run ${run.info.run_name ?? run.info.run_id} was deleted.`, {
    remedy: 'Restore it in the MLflow UI, then `gan sync` sends what is missing.',
  });
}

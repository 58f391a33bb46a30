import { Type } from 'typebox';
import { API } from './api.js';
import { Artifacts } from './artifacts.js';
import type { Connection } from './connection.js';
import { MlflowError } from './error.js';
import { Http } from './http.js';
import {
  type DatasetInput,
  type Experiment,
  experimentSchema,
  historySchema,
  type Metric,
  type ModelVersion,
  modelVersionSchema,
  type Param,
  type Run,
  runSchema,
  type RunStatus,
  type Tag,
} from './types.js';

/** Of the server: metrics, params and tags in one request. */
const MAX_METRICS_PER_REQUEST = 1000;
const MAX_PARAMS_PER_REQUEST = 100;
/** Of ours: runs in one answer. */
const MAX_RUNS_PER_PAGE = 1000;
/** Characters; longer ones are cut silently or refused, depending on the server's database. */
const PARAM_LENGTH = 6000;
const TAG_LENGTH = 8000;
/** Lets the server's pages show what there is to see of training, and not of language models. */
const EXPERIMENT_KIND = { key: 'mlflow.experimentKind', value: 'custom_model_development' };
const anything = Type.Unknown();

export interface NewRun {
  readonly experimentId: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly tags: readonly Tag[];
}

/**
 * The part of MLflow's REST interface that logging takes, checked against server 3.17. Each call is one or a few requests,
 * none tried twice; all but `createRun` may be repeated without harm. Every failure is an MlflowError.
 */
export class MlflowClient {
  readonly artifacts: Artifacts;
  private readonly http: Http;

  constructor(readonly connection: Connection) {
    this.http = new Http(connection);
    this.artifacts = new Artifacts(this.http);
  }

  close(): Promise<void> {
    return this.http.close();
  }

  /** Where a person sees a run. */
  pageOf({ info }: Run): string {
    return `${this.connection.uri}/#/experiments/${info.experiment_id}/runs/${info.run_id}`;
  }

  /** The experiment's id; it is made, or taken back from the bin, where need be. */
  async ensureExperiment(name: string): Promise<string> {
    const found = (await this.findExperiment(name)) ?? (await this.createExperiment(name));
    if (found.lifecycle_stage === 'deleted')
      await this.post('experiments/restore', { experiment_id: found.experiment_id });
    return found.experiment_id;
  }

  private async findExperiment(name: string): Promise<Experiment | undefined> {
    const schema = Type.Object({ experiment: experimentSchema });
    return orMissing(
      this.http
        .json(schema, {
          method: 'GET',
          path: `${API}/experiments/get-by-name`,
          query: { experiment_name: name },
        })
        .then(({ experiment }) => experiment),
    );
  }

  private async createExperiment(name: string): Promise<Experiment> {
    try {
      await this.post('experiments/create', { name, tags: [EXPERIMENT_KIND] });
    } catch (error) {
      // Somebody else was faster.
      if (!(error instanceof MlflowError && error.kind === 'exists')) throw error;
    }
    const made = await this.findExperiment(name);
    if (!made)
      throw new MlflowError('missing', `The experiment ${name} is not there right after it was made.`);
    return made;
  }

  /** Not to be repeated blindly: each call makes a run. Give it a tag of its own, and look for that first. */
  async createRun({ experimentId, name, startTime, tags }: NewRun): Promise<Run> {
    const { run } = await this.http.json(Type.Object({ run: runSchema }), {
      method: 'POST',
      path: `${API}/runs/create`,
      json: {
        experiment_id: experimentId,
        run_name: name,
        start_time: Math.trunc(startTime),
        tags: tags.map(cutTag),
      },
    });
    return run;
  }

  async getRun(runId: string): Promise<Run | undefined> {
    const schema = Type.Object({ run: runSchema });
    return orMissing(
      this.http
        .json(schema, { method: 'GET', path: `${API}/runs/get`, query: { run_id: runId } })
        .then(({ run }) => run),
    );
  }

  /** The oldest run with this tag in an experiment, deleted ones included. */
  async findRun(experimentId: string, tag: Tag): Promise<Run | undefined> {
    const [first] = await this.findRuns(experimentId, tag, 'ALL', 1);
    return first;
  }

  /** Those with this tag in an experiment, the oldest first; of the same millisecond by their ids. At most 1000. */
  async findRuns(
    experimentId: string,
    tag: Tag,
    view: 'ALL' | 'ACTIVE_ONLY' = 'ALL',
    most = MAX_RUNS_PER_PAGE,
  ): Promise<readonly Run[]> {
    const { runs = [] } = await this.http.json(Type.Object({ runs: Type.Optional(Type.Array(runSchema)) }), {
      method: 'POST',
      path: `${API}/runs/search`,
      json: {
        experiment_ids: [experimentId],
        filter: `tags.\`${tag.key}\` = '${tag.value}'`,
        run_view_type: view,
        order_by: ['attributes.start_time ASC', 'attributes.run_id ASC'],
        max_results: most,
      },
    });
    return runs;
  }

  /** In any number. Points sent before are not doubled where key, step, timestamp and value are the same. */
  async logMetrics(runId: string, metrics: readonly Metric[]): Promise<void> {
    for (const part of inParts(metrics, MAX_METRICS_PER_REQUEST)) {
      await this.post('runs/log-batch', { run_id: runId, metrics: part.map(metricJson) });
    }
  }

  /** In any number; one that was logged with another value makes the server refuse those sent with it. */
  async logParams(runId: string, params: readonly Param[]): Promise<void> {
    for (const part of inParts(params, MAX_PARAMS_PER_REQUEST)) {
      await this.post('runs/log-batch', {
        run_id: runId,
        params: part.map(({ key, value }) => ({ key, value: value.slice(0, PARAM_LENGTH) })),
      });
    }
  }

  async setTags(runId: string, tags: readonly Tag[]): Promise<void> {
    for (const part of inParts(tags, MAX_PARAMS_PER_REQUEST)) {
      await this.post('runs/log-batch', { run_id: runId, tags: part.map(cutTag) });
    }
  }

  async updateRun(runId: string, status: RunStatus, endTime?: number): Promise<void> {
    const end = endTime === undefined ? {} : { end_time: Math.trunc(endTime) };
    await this.post('runs/update', { run_id: runId, status, ...end });
  }

  /** Into the bin. */
  async deleteRun(runId: string): Promise<void> {
    await this.post('runs/delete', { run_id: runId });
  }

  async logInputs(runId: string, datasets: readonly DatasetInput[]): Promise<void> {
    await this.post('runs/log-inputs', {
      run_id: runId,
      datasets: datasets.map(({ name, digest, sourceType, source, profile, context }) => ({
        tags: [{ key: 'mlflow.data.context', value: context }],
        dataset: {
          name,
          digest,
          source_type: sourceType,
          source,
          ...(profile === undefined ? {} : { profile }),
        },
      })),
    });
  }

  /** All points of one curve, page by page. */
  async *metricHistory(runId: string, key: string): AsyncGenerator<Metric> {
    let token: string | undefined;
    do {
      const page = await this.http.json(historySchema, {
        method: 'GET',
        path: `${API}/metrics/get-history`,
        query: {
          run_id: runId,
          metric_key: key,
          max_results: 25_000,
          ...(token === undefined ? {} : { page_token: token }),
        },
      });
      for (const { value, timestamp, step } of page.metrics ?? []) {
        yield { key, value: Number(value), timestamp: Number(timestamp), step: Number(step ?? 0) };
      }
      token = page.next_page_token === '' ? undefined : page.next_page_token;
    } while (token !== undefined);
  }

  /** Registers what lies in a folder of the run's artifacts; once, however often it is called. */
  async registerModel(name: string, run: Run, folder: string): Promise<ModelVersion> {
    const found = await this.findModelVersion(name, run);
    if (found) return found;
    try {
      await this.post('registered-models/create', { name });
    } catch (error) {
      if (!(error instanceof MlflowError && error.kind === 'exists')) throw error;
    }
    const { model_version: version } = await this.http.json(
      Type.Object({ model_version: modelVersionSchema }),
      {
        method: 'POST',
        path: `${API}/model-versions/create`,
        json: { name, source: `runs:/${run.info.run_id}/${folder}`, run_id: run.info.run_id },
      },
    );
    return version;
  }

  private async findModelVersion(name: string, run: Run): Promise<ModelVersion | undefined> {
    const { model_versions: versions = [] } = await this.http.json(
      Type.Object({ model_versions: Type.Optional(Type.Array(modelVersionSchema)) }),
      {
        method: 'GET',
        path: `${API}/model-versions/search`,
        query: { filter: `run_id='${run.info.run_id}'`, max_results: 100 },
      },
    );
    return versions.find((version) => version.name === name);
  }

  private post(path: string, json: unknown): Promise<unknown> {
    return this.http.json(anything, { method: 'POST', path: `${API}/${path}`, json });
  }
}

async function orMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MlflowError && error.kind === 'missing') return undefined;
    throw error;
  }
}

/** JSON lacks NaN and the infinities; a step with a fraction would make the server drop the whole message silently. */
const metricJson = ({ key, value, timestamp, step }: Metric) => ({
  key,
  value: Number.isFinite(value) ? value : String(value),
  timestamp: Math.trunc(timestamp),
  step: Math.trunc(step),
});

const cutTag = ({ key, value }: Tag): Tag => ({ key, value: value.slice(0, TAG_LENGTH) });

function* inParts<T>(all: readonly T[], most: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += most) yield all.slice(at, at + most);
}

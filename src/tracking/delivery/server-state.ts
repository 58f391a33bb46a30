import { type MlflowClient, type Run, stepOfGridImage } from '../mlflow/index.js';
import type { Cursor } from './cursor.js';
import { KEY_TAG } from './tags.js';

/**
 * What a server has of a run whose cursor is elsewhere, or lost: this machine goes on where another has stopped delivering. Each
 * curve was sent in the order of its steps, so the newest step of each says what there is; whatever the journal here does
 * again is not doubled.
 */
export async function readServerState(
  client: MlflowClient,
  run: Run,
  key: string,
): Promise<Pick<Cursor, 'there'> & { readonly sample: number }> {
  const nothing = { there: {}, sample: -1 };
  const { tags = [], metrics = [] } = run.data;
  // One that MLFLOW_RUN_ID names may hold other things.
  if (!tags.some((tag) => tag.key === KEY_TAG && tag.value === key) || metrics.length === 0) return nothing;
  const pictures = await client.artifacts.list(run.info.run_id, 'images');
  return {
    there: Object.fromEntries(metrics.map((metric) => [metric.key, Number(metric.step ?? 0)])),
    sample: Math.max(-1, ...pictures.map(({ path }) => stepOfGridImage(path) ?? -1)),
  };
}

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Metric, Run, Tag } from '../../../../src/tracking/mlflow/index.js';

export interface Asked {
  readonly method: string;
  /** `runs/create`; of a file, `files/<experiment>/<run>/artifacts/<path>`. */
  readonly path: string;
  /** Of the query, or of the body where that is JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly content: Buffer;
  readonly headers: IncomingHttpHeaders;
}

export type Answer = { readonly status: number; headers?: Record<string, string>; text?: string };

export const json = (value: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  text: JSON.stringify(value),
});
export const refusal = (code: string, message = code): Answer =>
  json({ error_code: code, message }, code === 'RESOURCE_DOES_NOT_EXIST' ? 404 : 400);

export interface StoredRun {
  readonly info: Run['info'] & { start_time: number; end_time?: number };
  readonly metrics: Metric[];
  readonly params: Record<string, string>;
  readonly tags: Record<string, string>;
  readonly inputs: unknown[];
}

/** What MLflow 3.17 keeps and answers, as far as delivery asks, in memory: needs no server, and can be looked into. */
export class FakeMlflow {
  readonly asked: Asked[] = [];
  readonly runs: StoredRun[] = [];
  readonly experiments: { experiment_id: string; name: string; lifecycle_stage: string }[] = [];
  readonly files = new Map<string, Buffer>();
  /** What becomes of a request, by its number from 0; undefined: what it asks for. A lost `answer` comes after that. */
  meddle: (asked: Asked, number: number) => 'lose request' | 'lose answer' | Answer | undefined = () =>
    undefined;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      void buffer(request).then((content) => {
        const { pathname, searchParams } = new URL(request.url!, 'http://x');
        const isJson = request.headers['content-type'] === 'application/json';
        const asked: Asked = {
          method: request.method!,
          path: decodeURIComponent(pathname).replace(/^.api.2.0.mlflow(-artifacts)?./, ''),
          body: (isJson ? JSON.parse(content.toString()) : Object.fromEntries(searchParams)) as Asked['body'],
          content,
          headers: request.headers,
        };
        const what = this.meddle(asked, this.asked.push(asked) - 1);
        if (what === 'lose request') return request.socket.destroy();
        const answer = typeof what === 'object' ? what : this.answer(asked);
        if (what === 'lose answer') return request.socket.destroy();
        return response.writeHead(answer.status, answer.headers).end(answer.text);
      });
    });
  }

  static async start(): Promise<FakeMlflow> {
    const fake = new FakeMlflow();
    fake.server.listen(0, '127.0.0.1');
    await once(fake.server, 'listening');
    return fake;
  }

  get uri(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer({ method, path, body: all, content }: Asked): Answer {
    const body = all as Readonly<Record<string, string>>;
    const run = this.runs.find(({ info }) => info.run_id === body['run_id'])!;
    switch (`${method} ${path}`) {
      case 'GET experiments/get-by-name': {
        const experiment = this.experiments.find(({ name }) => name === body['experiment_name']);
        return experiment ? json({ experiment }) : refusal('RESOURCE_DOES_NOT_EXIST');
      }
      case 'POST experiments/create': {
        const experiment_id = String(this.experiments.length + 1);
        this.experiments.push({ experiment_id, name: body['name']!, lifecycle_stage: 'active' });
        return json({ experiment_id });
      }
      case 'POST runs/create':
        this.runs.push(newRun(`r${this.runs.length + 1}`, all));
        return json({ run: shown(this.runs.at(-1)!) });
      case 'GET runs/get':
        return this.runs.includes(run) ? json({ run: shown(run) }) : refusal('RESOURCE_DOES_NOT_EXIST');
      case 'POST runs/search': {
        const [, key = '', value] = /^tags\.`(.*)` = '(.*)'$/.exec(body['filter'] ?? '') ?? [];
        const found = this.runs
          .filter(
            ({ info, tags }) => body['experiment_ids']?.[0] === info.experiment_id && tags[key] === value,
          )
          .filter(({ info }) => body['run_view_type'] === 'ALL' || info.lifecycle_stage === 'active')
          .sort((a, b) => a.info.start_time - b.info.start_time)
          .slice(0, Number(body['max_results'] ?? 1000));
        return json(found.length === 0 ? {} : { runs: found.map(shown) });
      }
      case 'POST runs/log-batch':
        return log(run, all);
      case 'POST runs/update':
        Object.assign(run.info, all);
        return json({});
      case 'POST runs/delete':
        run.info.lifecycle_stage = 'deleted';
        return json({});
      case 'POST runs/log-inputs':
        run.inputs.push(...(all['datasets'] as unknown[]));
        return json({});
      case 'GET metrics/get-history':
        return json({ metrics: run.metrics.filter(({ key }) => key === body['metric_key']) });
      case 'GET artifacts/list': {
        const root = `${run.info.artifact_uri.replace('mlflow-artifacts:/', '')}/`;
        const folder = body['path'] === undefined ? '' : `${body['path']}/`;
        const inside = [...this.files.keys()].filter((name) => name.startsWith(root + folder));
        const names = inside.map((name) => name.slice((root + folder).length).split('/')[0]);
        return json({ files: [...new Set(names)].map((name) => ({ path: `${folder}${name}` })) });
      }
      case `PUT ${path}`:
        this.files.set(path.replace('artifacts/', ''), content);
        return json({});
      default:
        return { status: 404 };
    }
  }
}

const record = (pairs: readonly Tag[]): Record<string, string> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
const pairs = (of: Record<string, string>): Tag[] =>
  Object.entries(of).map(([key, value]) => ({ key, value }));

function newRun(run_id: string, body: Asked['body']): StoredRun {
  const { tags, ...info } = body as {
    tags: Tag[];
    experiment_id: string;
    run_name: string;
    start_time: number;
  };
  const artifact_uri = `mlflow-artifacts:/${info.experiment_id}/${run_id}/artifacts`;
  return {
    info: { ...info, run_id, artifact_uri, status: 'RUNNING', lifecycle_stage: 'active' },
    ...{ metrics: [], params: {}, inputs: [] },
    tags: record(tags),
  };
}

function shown({ info, metrics, params, tags, inputs }: StoredRun): object {
  const newest = new Map(metrics.toSorted((a, b) => a.step - b.step).map((point) => [point.key, point]));
  const data = { metrics: [...newest.values()], params: pairs(params), tags: pairs(tags) };
  return { info, data, inputs: { dataset_inputs: inputs } };
}

/** All of a batch or none of it, within the server's limits; a point that is there already is none. */
function log(run: StoredRun, body: Asked['body']): Answer {
  const {
    metrics = [],
    params = [],
    tags = [],
  } = body as { metrics?: Metric[]; params?: Tag[]; tags?: Tag[] };
  if (run.info.lifecycle_stage === 'deleted')
    return refusal('INVALID_PARAMETER_VALUE', 'current state is deleted');
  const isOdd =
    metrics.length > 1000 ||
    params.length > 100 ||
    tags.length > 100 ||
    metrics.some(({ key, step, timestamp }) => key.includes('refused') || (step + timestamp) % 1 !== 0) ||
    params.some(({ key, value }) => value.length > 6000 || (run.params[key] ?? value) !== value);
  if (isOdd) return refusal('INVALID_PARAMETER_VALUE', 'odd');
  const known = new Set(run.metrics.map((point) => JSON.stringify(point)));
  run.metrics.push(...metrics.filter((point) => !known.has(JSON.stringify(point))));
  Object.assign(run.params, record(params));
  Object.assign(run.tags, record(tags));
  return json({});
}

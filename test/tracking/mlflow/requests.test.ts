import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { usesProxy } from '../../../src/tracking/mlflow/http.js';
import { type Metric, MlflowClient, type Run } from '../../../src/tracking/mlflow/index.js';
import { type Answer, type Asked, FakeMlflow, json, refusal } from './support/fake.js';

let fake: FakeMlflow;
let client: MlflowClient;
beforeEach(async () => {
  fake = await FakeMlflow.start();
  client = new MlflowClient({ uri: fake.uri, timeout: 2000, authorization: 'Bearer t' });
});
afterEach(async () => {
  await client.close();
  fake.stop();
});

const artifact_uri = 'mlflow-artifacts:/3/r1/artifacts';
const info = { run_id: 'r1', experiment_id: '3', status: 'RUNNING', artifact_uri, lifecycle_stage: 'active' };
const run: Run = { info, data: {} };
const none = refusal('RESOURCE_DOES_NOT_EXIST');
const there = refusal('RESOURCE_ALREADY_EXISTS');
/** Answers by what is asked, each its list in turn, the last one again and again; what is not named here gets `{}`. */
const script = (answers: Readonly<Record<string, readonly Answer[]>>): void => {
  const left = new Map(Object.entries(answers).map(([path, list]) => [path, [...list]]));
  fake.meddle = ({ method, path }) => {
    const list = left.get(`${method} ${path}`);
    return (list && (list.length > 1 ? list.shift() : list[0])) ?? json({});
  };
};
/** `GET runs/get {"run_id":"r1"}` */
const asked = (): string[] =>
  fake.asked.map(({ method, path, body }) => `${method} ${path} ${JSON.stringify(body)}`);
const bodyAt = (i: number): Asked['body'] => fake.asked[i]!.body;
const { stringify } = JSON;

test('a request says who asks, what it takes and what it sends, and is sent once', async () => {
  script({ 'POST runs/update': [{ status: 503, headers: { 'retry-after': '5' } }] });
  const failed = client.updateRun('r1', 'FAILED', 1_700_000_000_000.9);
  await expect(failed).rejects.toMatchObject({ kind: 'server', retryAfter: 5000, transient: true });
  const { authorization, accept } = fake.asked[0]!.headers;
  expect([authorization, accept]).toEqual(['Bearer t', 'application/json']);
  script({});
  await client.updateRun('r1', 'RUNNING');
  expect(asked()).toEqual([
    'POST runs/update {"run_id":"r1","status":"FAILED","end_time":1700000000000}',
    'POST runs/update {"run_id":"r1","status":"RUNNING"}',
  ]);
  const prefixed = new MlflowClient({ uri: `${fake.uri}/at`, timeout: 2000 });
  await prefixed.updateRun('r1', 'RUNNING');
  await prefixed.close();
  expect(fake.asked[2]!.path).toBe('/at/api/2.0/mlflow/runs/update');
});

test.each([
  [299, undefined],
  [300, 'foreign'],
  [204, undefined],
])('status %i of an upload is %s', async (status, kind) => {
  fake.meddle = () => ({ status });
  const sent = client.artifacts.put(run, 'a', Buffer.from('x'));
  await (kind === undefined ? sent : expect(sent).rejects.toMatchObject({ kind }));
});

test.each([
  [{ status: 200, text: '<html>welcome</html>' }, 'runs/get was answered with "<html>welcome</html>"'],
  [{ status: 200, text: ` ${'z'.repeat(70)}` }, `runs/get was answered with "${'z'.repeat(60)}"`],
  [json({ run: { info: {} } }), 'runs/get was answered with'],
])('an answer that is none of MLflow’s is foreign: %j', async (answer, message) => {
  script({ 'GET runs/get': [answer] });
  const contains = expect.stringContaining(message) as string;
  await expect(client.getRun('r1')).rejects.toMatchObject({ kind: 'foreign', message: contains });
});

test('an answer that is cut off is a failure that passes, and closing cuts what is under way', async () => {
  fake.meddle = () => 'lose request';
  await expect(client.getRun('r1')).rejects.toMatchObject({ kind: 'unreachable', transient: true });
  await client.close();
  await expect(client.getRun('r1')).rejects.toMatchObject({ kind: 'unreachable' });
});

test.each([
  ['http://h', { http_proxy: 'p' }, true],
  ['http://h', { HTTP_PROXY: 'p' }, true],
  ['http://h', { http_proxy: '', HTTP_PROXY: 'p' }, false],
  ['http://h', { https_proxy: 'p', HTTPS_PROXY: 'p' }, false],
  ['https://h', { https_proxy: 'p' }, true],
  ['https://h', { http_proxy: 'p' }, false],
  ['https://h', {}, false],
])('%s with %j is reached by a proxy: %s', (uri, env, proxy) => {
  expect(usesProxy(uri, env)).toBe(proxy);
});

describe('an experiment', () => {
  const found = (lifecycle_stage: string): Answer =>
    json({ experiment: { experiment_id: '3', name: 'maps', lifecycle_stage } });
  const GET = 'GET experiments/get-by-name';
  const CREATE = 'POST experiments/create';
  const get = `${GET} {"experiment_name":"maps"}`;
  const tags = stringify([{ key: 'mlflow.experimentKind', value: 'custom_model_development' }]);
  const create = `${CREATE} {"name":"maps","tags":${tags}}`;
  const restore = 'POST experiments/restore {"experiment_id":"3"}';
  test.each([
    ['is there', { [GET]: [found('active')] }, [get]],
    ['is in the bin', { [GET]: [found('deleted')] }, [get, restore]],
    ['is new', { [GET]: [none, found('active')] }, [get, create, get]],
    ['is made by a faster one', { [GET]: [none, found('active')], [CREATE]: [there] }, [get, create, get]],
  ])('that %s', async (_what, answers, requests) => {
    script(answers);
    expect(await client.ensureExperiment('maps')).toBe('3');
    expect(asked()).toEqual(requests);
  });

  test('that may not be made, or is not there after it was, is an error', async () => {
    script({ [GET]: [none], [CREATE]: [{ status: 403 }, json({})] });
    await expect(client.ensureExperiment('maps')).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(client.ensureExperiment('maps')).rejects.toMatchObject({ kind: 'missing' });
    script({ [GET]: [{ status: 401 }] });
    await expect(client.ensureExperiment('maps')).rejects.toMatchObject({ kind: 'unauthorized' });
  });
});

test('runs: made, found by a tag, looked up, put away', async () => {
  script({ 'POST runs/create': [json({ run })], 'POST runs/search': [json({ runs: [run] }), json({})] });
  const tag = { key: 'gan.key', value: 'k' };
  const long = { key: 'l', value: 'v'.repeat(8001) };
  const made = { experimentId: '3', name: 'n', startTime: 5.9, tags: [tag, long] };
  expect(await client.createRun(made)).toEqual(run);
  expect(await client.findRun('3', tag)).toEqual(run);
  expect(await client.findRuns('3', tag, 'ACTIVE_ONLY')).toEqual([]);
  script({ 'GET runs/get': [json({ run }), none, refusal('X')] });
  expect(await client.getRun('r1')).toEqual(run);
  expect(await client.getRun('r2')).toBeUndefined();
  await expect(client.getRun('r2')).rejects.toMatchObject({ kind: 'invalid' });
  await client.deleteRun('r1');
  const found = `{"experiment_ids":["3"],"filter":"tags.\`gan.key\` = 'k'","run_view_type":`;
  const order = '"order_by":["attributes.start_time ASC","attributes.run_id ASC"],"max_results":';
  const tags = stringify([tag, { key: 'l', value: 'v'.repeat(8000) }]);
  expect(asked()).toEqual([
    `POST runs/create {"experiment_id":"3","run_name":"n","start_time":5,"tags":${tags}}`,
    `POST runs/search ${found}"ALL",${order}1}`,
    `POST runs/search ${found}"ACTIVE_ONLY",${order}1000}`,
    ...['r1', 'r2', 'r2'].map((id) => `GET runs/get {"run_id":"${id}"}`),
    'POST runs/delete {"run_id":"r1"}',
  ]);
  expect(client.pageOf(run)).toBe(`${fake.uri}/#/experiments/3/runs/r1`);
});

describe('batches', () => {
  const of = <T>(count: number, make: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i));
  const metric = (step: number): Metric => ({ key: 'a', value: step / 2, timestamp: 7, step });
  const pair = (i: number) => ({ key: `k${i}`, value: `${i}` });
  test.each([
    ['metrics', 0, []],
    ['metrics', 1000, [1000]],
    ['metrics', 1001, [1000, 1]],
    ['metrics', 2000, [1000, 1000]],
    ['params', 100, [100]],
    ['params', 201, [100, 100, 1]],
    ['tags', 100, [100]],
    ['tags', 101, [100, 1]],
  ] as const)('%s: %i are sent as %j, in order, each once', async (what, count, sizes) => {
    script({});
    const all = what === 'metrics' ? of(count, metric) : of(count, pair);
    if (what === 'metrics') await client.logMetrics('r1', of(count, metric));
    else if (what === 'params') await client.logParams('r1', of(count, pair));
    else await client.setTags('r1', of(count, pair));
    const batches = fake.asked.map(({ path, body: { run_id, [what]: batch, ...rest } }) => {
      expect([path, run_id, rest]).toEqual(['runs/log-batch', 'r1', {}]);
      return batch as unknown[];
    });
    expect(batches.map(({ length }) => length)).toEqual(sizes);
    expect(batches.flat()).toEqual(all);
  });

  test('values are cut to what the server takes, numbers that JSON lacks are texts, steps and times are whole', async () => {
    script({});
    const point = { key: 'a', timestamp: 7.9, step: 2.9 };
    await client.logMetrics(
      'r1',
      [NaN, Infinity, -Infinity, 0].map((value) => ({ ...point, value })),
    );
    const whole = ['NaN', 'Infinity', '-Infinity', 0].map((value) => ({
      key: 'a',
      timestamp: 7,
      step: 2,
      value,
    }));
    expect(bodyAt(0)['metrics']).toEqual(whole);
    const long = (...lengths: number[]) => lengths.map((n) => ({ key: `${n}`, value: 'p'.repeat(n) }));
    await client.logParams('r1', long(6000, 6001));
    await client.setTags('r1', long(8000, 8001));
    const lengths = (values: unknown): number[] =>
      (values as { value: string }[]).map(({ value }) => value.length);
    expect(lengths(bodyAt(1)['params'])).toEqual([6000, 6000]);
    expect(lengths(bodyAt(2)['tags'])).toEqual([8000, 8000]);
  });
});

test('a curve comes page by page, numbers as numbers, until a page names no next one', async () => {
  const point = { key: 'x', value: 'NaN', timestamp: '8', step: '9' };
  const pages = [
    json({ metrics: [{ ...point, value: 1.5 }], next_page_token: 't1' }),
    json({ next_page_token: 't2' }),
    json({ metrics: [{ key: 'x', value: -2, timestamp: 3 }, point], next_page_token: '' }),
    json({ metrics: [point] }),
  ];
  script({ 'GET metrics/get-history': pages });
  const points: Metric[] = [];
  for await (const one of client.metricHistory('r1', 'a')) points.push(one);
  expect(points).toEqual([
    { key: 'a', value: 1.5, timestamp: 8, step: 9 },
    { key: 'a', value: -2, timestamp: 3, step: 0 },
    { key: 'a', value: NaN, timestamp: 8, step: 9 },
  ]);
  const first = 'GET metrics/get-history {"run_id":"r1","metric_key":"a","max_results":"25000"';
  expect(asked()).toEqual([`${first}}`, `${first},"page_token":"t1"}`, `${first},"page_token":"t2"}`]);
});

test('files go where the run’s are, under names that the server takes', async () => {
  fake.runs.push({ info: { ...run.info, start_time: 1 }, metrics: [], params: {}, tags: {}, inputs: [] });
  await client.artifacts.put(run, 'a b/100%#1?\\é.txt', Buffer.from('content'));
  await client.artifacts.put(run, 'stream', Readable.from([Buffer.from('x'), Buffer.from('y')]));
  const stored = [...fake.files].map(([name, content]) => `${name}: ${content.toString()}`);
  expect(stored).toEqual(['3/r1/artifacts/a b/100__1__é.txt: content', '3/r1/artifacts/stream: xy']);
  script({ 'GET artifacts/3/r1/artifacts/f': [{ status: 200, text: 'hello' }, { status: 404 }] });
  expect(await text(await client.artifacts.get(run, 'f'))).toBe('hello');
  await expect(client.artifacts.get(run, 'f')).rejects.toMatchObject({ kind: 'foreign' });
  await client.artifacts.remove(run, 'f');
  expect(asked().at(-1)).toBe('DELETE artifacts/3/r1/artifacts/f {}');
  const files = [
    { path: 'd', is_dir: true },
    { path: 'e', file_size: '12' },
  ];
  script({ 'GET artifacts/list': [json({ files }), json({})] });
  const [d, e] = await client.artifacts.list('r1');
  expect([d, e]).toEqual([
    { path: 'd', size: 0, folder: true },
    { path: 'e', size: 12, folder: false },
  ]);
  expect(await client.artifacts.list('r1', 'd')).toEqual([]);
  expect([bodyAt(5), bodyAt(6)]).toEqual([{ run_id: 'r1' }, { run_id: 'r1', path: 'd' }]);
});

test.each([
  ['mlflow-artifacts:/3/x', '3/x'],
  ['mlflow-artifacts://host:5000/3/x//', '3/x'],
  ['s3://bucket/3/x', undefined],
  ['file-mlflow-artifacts:/3', undefined],
])('artifacts at %s are put at %s', async (artifact_uri, root) => {
  const put = client.artifacts.put({ ...run, info: { ...run.info, artifact_uri } }, 'f', Buffer.from('x'));
  if (root === undefined) return expect(put).rejects.toMatchObject({ kind: 'artifacts', transient: false });
  await put;
  expect([...fake.files.keys()]).toEqual([`${root}/f`]);
  return undefined;
});

test('data sets stand with their context, and a profile where there is one', async () => {
  script({});
  const set = { name: 'maps', digest: 'd', sourceType: 'local', source: '{}', context: 'training' };
  await client.logInputs('r1', [set, { ...set, profile: 'p' }]);
  const tags = '"tags":[{"key":"mlflow.data.context","value":"training"}]';
  const known = '"name":"maps","digest":"d","source_type":"local","source":"{}"';
  const datasets = `[{${tags},"dataset":{${known}}},{${tags},"dataset":{${known},"profile":"p"}}]`;
  expect(asked()).toEqual([`POST runs/log-inputs {"run_id":"r1","datasets":${datasets}}`]);
});

test('a model is registered once for a run and a name, into a model that may be there', async () => {
  const [SEARCH, CREATE] = ['GET model-versions/search', 'POST model-versions/create'];
  const MODEL = 'POST registered-models/create';
  const version = { name: 'gen', version: '2', run_id: 'r1' };
  const other = { ...version, name: 'other' };
  const made = [json({ model_version: version })];
  const register = () => client.registerModel('gen', run, 'model');
  for (const before of [json({}), there]) {
    script({ [SEARCH]: [json({ model_versions: [other] })], [CREATE]: made, [MODEL]: [before] });
    expect(await register()).toEqual(version);
  }
  const requests = [
    `${SEARCH} {"filter":"run_id='r1'","max_results":"100"}`,
    `${MODEL} {"name":"gen"}`,
    `${CREATE} {"name":"gen","source":"runs:/r1/model","run_id":"r1"}`,
  ];
  expect(asked()).toEqual([...requests, ...requests]);
  script({ [SEARCH]: [json({ model_versions: [other, version] }), json({})], [MODEL]: [{ status: 500 }] });
  expect(await register()).toEqual(version);
  expect(asked()).toHaveLength(7);
  await expect(register()).rejects.toMatchObject({ kind: 'server' });
});

import { randomUUID } from 'node:crypto';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  type Connection,
  gridImagePaths,
  IMAGES_TAG,
  type Metric,
  MlflowClient,
  type Run,
} from '../../../src/tracking/mlflow/index.js';
import { FaultyProxy } from './support/proxy.js';
import { describeMlflow, MlflowServer, sharedServer } from './support/server.js';

const at = (uri: string, more: Partial<Connection> = {}): MlflowClient =>
  new MlflowClient({ uri, timeout: 120_000, ...more });

async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of from) found.push(one);
  return found;
}

describeMlflow('the client against a real server', () => {
  let client: MlflowClient;
  let experimentId: string;
  const newRun = (): Promise<Run> =>
    client.createRun({ experimentId, name: 'a', startTime: 1_700_000_000_000.7, tags: [] });

  let server: Awaited<ReturnType<typeof sharedServer>>;
  beforeAll(async () => {
    server = await sharedServer();
    client = at(server.uri);
    experimentId = await client.ensureExperiment(`client ${randomUUID()}`);
    return () => server.stop();
  });

  test('points arrive as they are: not finite ones, fractions of a step, more than one request holds', async () => {
    const run = await newRun();
    const points: Metric[] = Array.from({ length: 2300 }, (_, step) => ({
      key: 'D/total',
      value: step / 7,
      timestamp: 1_700_000_000_000 + step,
      step,
    }));
    const odd: Metric[] = [NaN, Infinity, -Infinity].map((value, step) => ({
      key: 'odd',
      value,
      timestamp: 1_700_000_000_000.9,
      step: step + 0.5,
    }));
    await client.logMetrics(run.info.run_id, [...points, ...odd]);
    // At least once means: also twice.
    await client.logMetrics(run.info.run_id, points);
    expect(await all(client.metricHistory(run.info.run_id, 'D/total'))).toEqual(points);
    const history = await all(client.metricHistory(run.info.run_id, 'odd'));
    expect(history.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(history[0]!.value).toBeNaN();
    // Databases have no infinities: the server keeps the largest number instead.
    expect(history[1]!.value).toBeGreaterThan(1e300);
    expect(history[2]!.value).toBeLessThan(-1e300);
  });

  test('params in any number; a changed one is refused as such', async () => {
    const run = await newRun();
    const params = Array.from({ length: 230 }, (_, i) => ({
      key: `p.${i}`,
      value: i === 0 ? 'x'.repeat(9000) : `${i}`,
    }));
    await client.logParams(run.info.run_id, params);
    await client.logParams(run.info.run_id, params);
    await expect(client.logParams(run.info.run_id, [{ key: 'p.1', value: 'other' }])).rejects.toMatchObject({
      kind: 'invalid',
      transient: false,
    });
    const found = (await client.getRun(run.info.run_id))!.data.params!;
    expect(found).toHaveLength(230);
    expect(found.find(({ key }) => key === 'p.0')!.value).toHaveLength(6000);
  });

  test('files keep their paths, whatever they are named', async () => {
    const run = await newRun();
    const [picture, compressed] = gridImagePaths('samples/fake', 3, 1_700_000_000_000);
    for (const path of ['resolved.yaml', 'plots/ein Bild é.txt', '100%#1?.txt', picture, compressed]) {
      await client.artifacts.put(run, path, Buffer.from(`content of ${path}`));
    }
    await client.setTags(run.info.run_id, [IMAGES_TAG]);
    const names = async (folder: string) =>
      (await client.artifacts.list(run.info.run_id, folder)).map(({ path }) => path).sort();
    expect(await names('')).toEqual(['100__1_.txt', 'images', 'plots', 'resolved.yaml']);
    expect(await names('plots')).toEqual(['plots/ein Bild é.txt']);
    expect(await names('images')).toEqual([compressed, picture].sort());
  });

  test('datasets and models: a version is made once', async () => {
    const run = await newRun();
    const input = {
      name: 'maps',
      digest: 'a'.repeat(36),
      sourceType: 'local',
      source: '{}',
      context: 'training',
    };
    await client.logInputs(run.info.run_id, [input]);
    await client.logInputs(run.info.run_id, [input]);
    const name = `generator ${randomUUID()}`;
    await client.artifacts.put(run, 'model/G.safetensors', Buffer.from('x'));
    const first = await client.registerModel(name, run, 'model');
    expect(first).toMatchObject({ name, version: '1', run_id: run.info.run_id });
    expect(await client.registerModel(name, run, 'model')).toEqual(first);
    expect(await client.registerModel(name, await newRun(), 'model')).toMatchObject({ version: '2' });
  });

  test('what stands in the way is named with its remedy', async () => {
    const { uri } = client.connection;
    // A name that the server was not told of.
    const proxy = await FaultyProxy.start(server.port, '127.0.0.2');
    onTestFinished(() => proxy.stop());
    const host = proxy.uri.slice('http://'.length);
    await expect(at(proxy.uri).ensureExperiment('x')).rejects.toMatchObject({
      kind: 'host',
      remedy: `Start it with --allowed-hosts ${host}, or call it by a name that it knows.`,
    });
    await expect(at(`${uri}/elsewhere`).ensureExperiment('x')).rejects.toMatchObject({ kind: 'foreign' });
    await expect(at('http://127.0.0.1:1').ensureExperiment('x')).rejects.toMatchObject({
      kind: 'unreachable',
      transient: true,
      message: 'MLflow at http://127.0.0.1:1 cannot be reached: nothing listens there (ECONNREFUSED).',
    });
    await expect(at(uri.replace('http:', 'https:')).ensureExperiment('x')).rejects.toMatchObject({
      kind: 'tls',
    });
    const run = await newRun();
    await fetch(`${uri}/api/2.0/mlflow/runs/delete`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ run_id: run.info.run_id }),
    });
    await expect(
      client.logMetrics(run.info.run_id, [{ key: 'a', value: 1, timestamp: 1, step: 1 }]),
    ).rejects.toMatchObject({ kind: 'deleted' });
  });
});

describeMlflow('the client against a server with users', () => {
  test('a stranger, a known one, one who may only read', async () => {
    const server = await MlflowServer.start({
      args: ['--app-name', 'basic-auth'],
      env: {
        MLFLOW_FLASK_SERVER_SECRET_KEY: 'secret',
        MLFLOW_AUTH_ADMIN_PASSWORD: 'correct horse battery',
      },
    });
    onTestFinished(() => server.stop());
    const basic = (user: string, password: string): Partial<Connection> => ({
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    });
    const stranger = await at(server.uri)
      .ensureExperiment('x')
      .catch((error: unknown) => error);
    expect(stranger).toMatchObject({ kind: 'unauthorized' });
    expect((stranger as { remedy: string }).remedy).toContain('MLFLOW_TRACKING_USERNAME');
    await expect(at(server.uri, basic('admin', 'wrong')).ensureExperiment('x')).rejects.toMatchObject({
      kind: 'unauthorized',
    });
    const admin = at(server.uri, basic('admin', 'correct horse battery'));
    const experimentId = await admin.ensureExperiment('guarded');
    const run = await admin.createRun({ experimentId, name: 'a', startTime: 1, tags: [] });
    const made = await fetch(`${server.uri}/api/2.0/mlflow/users/create`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        Authorization: basic('admin', 'correct horse battery').authorization!,
      },
      body: JSON.stringify({ username: 'reader', password: 'password5678' }),
    });
    expect(made.status).toBe(200);
    // Whom nothing else is granted may read.
    const reader = at(server.uri, basic('reader', 'password5678'));
    expect(await reader.ensureExperiment('guarded')).toBe(experimentId);
    await expect(reader.setTags(run.info.run_id, [{ key: 'a', value: 'b' }])).rejects.toMatchObject({
      kind: 'forbidden',
      transient: false,
    });
  });
});

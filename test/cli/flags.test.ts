import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { collect, deliveryOf, lengthOf, settingFlags, trackingFlags } from '../../src/cli/commands/common.js';
import { collectWeights } from '../../src/cli/commands/import.js';
import { jobs, passes, positive, whole } from '../../src/cli/commands/numbers.js';
import { parseSize } from '../../src/cli/commands/predict.js';
import { queueAddress } from '../../src/cli/commands/queue-address.js';
import { requestOf } from '../../src/cli/commands/run.js';
import { requestOfFlags } from '../../src/cli/commands/sweep.js';
import { knownDefinitions } from '../../src/cli/known-definitions.js';
import { loadSettings, type Settings } from '../../src/cli/settings.js';

const root = mkdtempSync(join(tmpdir(), 'gan-flags-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (/^(GAN|MLFLOW)_/.test(name)) vi.stubEnv(name, undefined);
});
afterEach(() => void vi.unstubAllEnvs());

test.each([
  ['0', 0, undefined, undefined, undefined],
  ['1', 1, 1, 1, 1],
  ['12', 12, 12, 12, 12],
  ['1.5', undefined, undefined, 1.5, undefined],
  ['0.5', undefined, undefined, undefined, undefined],
  ['-1', undefined, undefined, undefined, undefined],
  ['', undefined, undefined, undefined, undefined],
  ['Infinity', undefined, undefined, undefined, undefined],
  ['x', undefined, undefined, undefined, undefined],
])('%j as a count from 0, from 1, of passes, of jobs', (text, ...expected) => {
  const orNone = (parse: (text: string) => number | undefined) => {
    try {
      return parse(text);
    } catch (error) {
      expect(error).toMatchObject({ code: 'commander.invalidArgument' });
      return undefined;
    }
  };
  expect([whole, positive, passes, jobs].map(orNone)).toEqual(expected);
  expect(jobs('auto')).toBeUndefined();
});

test('sizes are width x height, lengths are counted, what may be repeated is gathered', () => {
  expect(parseSize('32x16')).toEqual({ width: 32, height: 16 });
  expect(parseSize('256')).toEqual({ width: 256, height: 256 });
  for (const wrong of ['0', '8x0', '32x', 'x8', '3.5', '32 x 16', '1x2x3'])
    expect(() => parseSize(wrong)).toThrow();
  expect([{ steps: 1 }, { steps: 20 }, { epochs: 1 }, { epochs: 1.5 }, {}].map(lengthOf)).toEqual([
    '1 step',
    '20 steps',
    '1 epoch',
    '1.5 epochs',
    undefined,
  ]);
  expect(collect('b', ['a'])).toEqual(['a', 'b']);
  expect(collectWeights('D=y=z', { G: 'x' })).toEqual({ G: 'x', D: 'y=z' });
  for (const wrong of ['G', 'G=', '=x', '1=x']) expect(() => collectWeights(wrong, {})).toThrow();
});

describe('settings', () => {
  const project = join(root, 'project');
  const inner = join(project, 'a', 'b');
  mkdirSync(inner, { recursive: true });
  writeFileSync(
    join(project, '.ganrc.yaml'),
    'engine: of-file\nthreads: 3\nruns: mine\ndata: /abs\nplugins: [./p.ts]\ntracking_ca: ca.pem\n',
  );
  const bare = join(root, 'bare');
  mkdirSync(bare);
  writeFileSync(join(bare, 'package.json'), '{}');

  test('flags win over variables, variables over the nearest file, a file over defaults', async () => {
    const threads = availableParallelism();
    const defaults = { engine: 'ort', threads, runs: 'runs', data: 'data', disk_cache: 2, prefetch: 4 };
    const cache = Math.min(4, totalmem() / 2 ** 30 / 4);
    expect(await loadSettings({}, bare)).toEqual({ ...defaults, cache, bad_files: 0.05, tracking: 'auto' });
    const paths = {
      runs: join(project, 'mine'),
      data: '/abs',
      plugins: [join(project, 'p.ts')],
      tracking_ca: join(project, 'ca.pem'),
    };
    expect(await loadSettings({}, inner)).toMatchObject({
      engine: 'of-file',
      threads: 3,
      prefetch: 4,
      ...paths,
    });
    vi.stubEnv('GAN_ENGINE', 'of-variable');
    vi.stubEnv('GAN_THREADS', '5');
    vi.stubEnv('GAN_RUNS', 'elsewhere');
    expect(await loadSettings({}, inner)).toMatchObject({
      engine: 'of-variable',
      threads: 5,
      runs: 'elsewhere',
      data: '/abs',
    });
    const flags = settingFlags({ engine: 'of-flag', device: 'cpu', threads: 7, runs: 'r', dataFolder: 'd' });
    expect(flags).toEqual({ engine: 'of-flag', device: 'cpu', threads: 7, runs: 'r', data: 'd' });
    expect(await loadSettings(flags, inner)).toMatchObject(flags);
    expect(settingFlags({})).toEqual({});
  });

  test('variables are numbers, lists and switches where settings are; MLflow’s own count less than gan’s', async () => {
    const of = async (variables: Record<string, string>): Promise<Partial<Settings>> => {
      for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
      return loadSettings({}, bare);
    };
    const typed = {
      GAN_CACHE: '0.5',
      GAN_PLUGINS: 'a.ts, b.ts',
      GAN_TRACKING_INSECURE: '1',
      GAN_PREFETCH: '',
    };
    expect(await of(typed)).toMatchObject({
      cache: 0.5,
      plugins: ['a.ts', 'b.ts'],
      tracking_insecure: true,
      prefetch: 4,
    });
    expect(await of({ GAN_TRACKING_INSECURE: 'false' })).toMatchObject({ tracking_insecure: false });
    expect(await of({ MLFLOW_TRACKING_URI: 'u', MLFLOW_EXPERIMENT_NAME: 'e' })).toMatchObject({
      tracking_uri: 'u',
      experiment: 'e',
    });
    expect(await of({ GAN_TRACKING_URI: 'v', GAN_EXPERIMENT: 'f' })).toMatchObject({
      tracking_uri: 'v',
      experiment: 'f',
    });
    await expect(loadSettings({ threads: 0 }, bare)).rejects.toThrow('the command line: "threads"');
    await expect(of({ GAN_THREADS: '2.5' })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/variables GAN_\*: "threads"/) as string,
    });
  });

  test('plugins of a project’s settings are known below it, and nothing is looked for where none can be', async () => {
    const cwd = vi.spyOn(process, 'cwd');
    const plugin = (name: string) => `export default [{ kind: 'loss', type: '${name}' }];\n`;
    for (const [folder, file, text] of [
      ['rc', '.ganrc.json', '{"plugins":["./own.mjs"]}'],
      ['config', '.config/ganrc.yaml', 'plugins: [../own.mjs]'],
      ['package', 'package.json', '{"gan":{"plugins":["./own.mjs"]}}'],
    ] as const) {
      mkdirSync(join(root, folder, '.config'), { recursive: true });
      writeFileSync(join(root, folder, 'own.mjs'), plugin('x'));
      writeFileSync(join(root, folder, file), text);
      cwd.mockReturnValue(join(root, folder));
      await expect(knownDefinitions()).rejects.toThrow(/own\.mjs/);
    }
    cwd.mockReturnValue(bare);
    const { plugins } = await knownDefinitions();
    expect(plugins).toEqual([]);
    vi.stubEnv('GAN_PLUGINS', join(root, 'rc', 'own.mjs'));
    await expect(knownDefinitions()).rejects.toThrow(/own\.mjs/);
    cwd.mockRestore();
  });
});

describe('what is asked for', () => {
  const settings: Settings = {
    engine: 'cpu',
    threads: 3,
    runs: 'r',
    data: 'd',
    cache: 2,
    disk_cache: 0.5,
    prefetch: 4,
    bad_files: 0.1,
    tracking: 'auto',
  };
  const loading = { dataFolder: 'd', cacheBytes: 2 ** 31, diskBytes: 2 ** 29, prefetch: 4, maxBadShare: 0.1 };

  test('of a run, is what its settings say', () => {
    const plain = { runs: 'r', engine: 'cpu', threads: 3, device: undefined, plugins: [], loading };
    expect(requestOf(settings)).toEqual({
      ...plain,
      tracking: { wish: { mode: 'auto' }, delivery: undefined },
    });
    const sent = {
      ...settings,
      device: 'webgpu',
      plugins: ['p'],
      tracking_uri: 'u',
      experiment: 'e',
      register: 'm',
    };
    expect(requestOf(sent)).toMatchObject({
      device: 'webgpu',
      plugins: ['p'],
      tracking: {
        wish: { mode: 'auto', experiment: 'e', register: 'm' },
        delivery: { uri: 'u', experiment: 'e', register: 'm' },
      },
    });
    for (const mode of ['offline', 'off'] as const)
      expect(requestOf({ ...sent, tracking: mode }).tracking).toMatchObject({
        wish: { mode },
        delivery: undefined,
      });
    vi.stubEnv('MLFLOW_RUN_ID', 'id');
    expect(requestOf(sent).tracking.delivery).toMatchObject({ runId: 'id' });
  });

  test('of a server: where it is, whom to trust, and the experiment that was named last', () => {
    const env = { MLFLOW_EXPERIMENT_ID: '7' };
    const uri = { ...settings, tracking_uri: 'u' };
    expect(deliveryOf(settings, env)).toBeUndefined();
    expect(deliveryOf(uri, {})).toEqual({ uri: 'u' });
    expect(deliveryOf(uri, env)).toEqual({ uri: 'u', experimentId: '7' });
    const all = {
      ...uri,
      tracking_ca: 'c',
      tracking_client_cert: 'k',
      tracking_insecure: false,
      experiment: 'e',
      register: 'm',
    };
    expect(deliveryOf(all, env)).toEqual({
      uri: 'u',
      caFile: 'c',
      clientCertFile: 'k',
      insecure: false,
      experiment: 'e',
      register: 'm',
    });
    expect(trackingFlags({ tracking: 'off', trackingUri: 'u', experiment: 'e', register: 'm' })).toEqual({
      tracking: 'off',
      tracking_uri: 'u',
      experiment: 'e',
      register: 'm',
    });
    expect(trackingFlags({})).toEqual({});
    expect(() => queueAddress(true)).toThrow('Where is the queue?');
    vi.stubEnv('GAN_QUEUE', 'redis://variable');
    expect([queueAddress(true), queueAddress(undefined), queueAddress('redis://flag')]).toEqual([
      'redis://variable',
      'redis://variable',
      'redis://flag',
    ]);
  });

  test('of a sweep: threads only by the flag, retries and the rest as given', async () => {
    const few = { set: ['a=1'], data: [], only: ['seed=1'], retries: 4, resume: false };
    const asked = await requestOfFlags('a.yaml', few, settings);
    expect(asked).toEqual({
      ...{ ...few, ablation: 'a.yaml', runs: 'r', engine: 'cpu', device: undefined, plugins: [], loading },
      tracking: { wish: { mode: 'auto' }, delivery: undefined },
      machine: { cores: availableParallelism(), memory: totalmem() },
    });
    const more = { index: 0, jobs: 2, threads: 1, store: 'mlflow', detach: true } as const;
    const flags = { ...few, ...more, steps: 9, queue: 'redis://h' };
    expect(await requestOfFlags('a.yaml', flags, settings)).toEqual({
      ...asked,
      ...more,
      length: '9 steps',
      queue: 'redis://h',
    });
  });
});

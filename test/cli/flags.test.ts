import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { deliveryOf, lengthOf, settingFlags, trackingFlags } from '../../src/cli/commands/common.js';
import { collectWeights } from '../../src/cli/commands/import.js';
import { jobs, passes, positive, whole } from '../../src/cli/commands/numbers.js';
import { parseSize } from '../../src/cli/commands/predict.js';
import { queueAddress } from '../../src/cli/commands/queue-address.js';
import { requestOf } from '../../src/cli/commands/run.js';
import { requestOfFlags } from '../../src/cli/commands/sweep.js';
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
  ['1.5', undefined, undefined, 1.5, undefined],
  ['0.5', undefined, undefined, undefined, undefined],
  ['-1', undefined, undefined, undefined, undefined],
  ['', undefined, undefined, undefined, undefined],
  ['Infinity', undefined, undefined, undefined, undefined],
])('%j as a count from 0, from 1, of passes, of jobs', (text, ...expected) => {
  const parsed = [whole, positive, passes, jobs].map((parse) => {
    try {
      return parse(text);
    } catch (error) {
      expect(error).toMatchObject({ code: 'commander.invalidArgument' });
      return undefined;
    }
  });
  expect(parsed).toEqual(expected);
  expect(jobs('auto')).toBeUndefined();
});

test('sizes are width x height, lengths are counted, weights go by network', () => {
  expect(parseSize('32x16')).toEqual({ width: 32, height: 16 });
  expect(parseSize('256')).toEqual({ width: 256, height: 256 });
  for (const wrong of ['0', '8x0', '32x', 'x8', '3.5', '1x2x3']) expect(() => parseSize(wrong)).toThrow();
  const lengths = [{ steps: 1 }, { steps: 20 }, { epochs: 1 }, { epochs: 1.5 }, {}].map(lengthOf);
  expect(lengths).toEqual(['1 step', '20 steps', '1 epoch', '1.5 epochs', undefined]);
  expect(collectWeights('D=y=z', { G: 'x' })).toEqual({ G: 'x', D: 'y=z' });
  for (const wrong of ['G', 'G=', '=x', '1=x']) expect(() => collectWeights(wrong, {})).toThrow();
});

const project = join(root, 'project');
mkdirSync(join(project, 'a'), { recursive: true });
const text = 'engine: of-file\nthreads: 3\nruns: mine\ndata: /abs\nplugins: [./p.ts]\ntracking_ca: ca.pem\n';
writeFileSync(join(project, '.ganrc.yaml'), text);
const bare = join(root, 'bare');
mkdirSync(bare);
writeFileSync(join(bare, 'package.json'), '{}');

test('flags win over variables, variables over the nearest file, a file over defaults', async () => {
  const of = async (folder: string, flags = {}): Promise<string> => {
    const { engine, threads, runs, data, prefetch } = await loadSettings(flags, folder);
    return [engine, threads, runs, data, prefetch].join(' ').replace(project, '.');
  };
  const inner = join(project, 'a');
  expect(await of(bare)).toBe(`ort ${availableParallelism()} runs data 4`);
  expect(await of(inner)).toBe('of-file 3 ./mine /abs 4');
  vi.stubEnv('GAN_ENGINE', 'of-variable').stubEnv('GAN_THREADS', '5').stubEnv('GAN_RUNS', 'there');
  expect(await of(inner)).toBe('of-variable 5 there /abs 4');
  const flags = settingFlags({ engine: 'of-flag', device: 'cpu', threads: 7, runs: 'r', dataFolder: 'd' });
  expect(await of(inner, flags)).toBe('of-flag 7 r d 4');
  const absolute = { plugins: [join(project, 'p.ts')], tracking_ca: join(project, 'ca.pem') };
  expect(await loadSettings(flags, inner)).toMatchObject({ ...absolute, device: 'cpu' });
  const cache = Math.min(4, totalmem() / 2 ** 30 / 4);
  const rest = { cache, disk_cache: 2, bad_files: 0.05, tracking: 'auto' };
  expect(await loadSettings({}, bare)).toMatchObject(rest);
});

test.each([
  [
    'GAN_CACHE=0.5 GAN_PLUGINS=a.ts,b.ts GAN_PREFETCH=',
    { cache: 0.5, plugins: ['a.ts', 'b.ts'], prefetch: 4 },
  ],
  ['GAN_TRACKING_INSECURE=1', { tracking_insecure: true }],
  ['GAN_TRACKING_INSECURE=false', { tracking_insecure: false }],
  ['MLFLOW_TRACKING_URI=u MLFLOW_EXPERIMENT_NAME=e', { tracking_uri: 'u', experiment: 'e' }],
  ['MLFLOW_TRACKING_URI=u GAN_TRACKING_URI=v', { tracking_uri: 'v' }],
  ['MLFLOW_EXPERIMENT_NAME=e GAN_EXPERIMENT=f', { experiment: 'f' }],
])('the variables %s are the settings %j', async (variables, expected) => {
  for (const text of variables.split(' ')) vi.stubEnv(...(text.split('=') as [string, string]));
  expect(await loadSettings({}, bare)).toMatchObject(expected);
  vi.stubEnv('GAN_THREADS', '2.5');
  await expect(loadSettings({}, bare)).rejects.toThrow('variables GAN_*: "threads"');
});

const machine = { engine: 'cpu', threads: 3, runs: 'r', data: 'd', cache: 2, disk_cache: 0.5, prefetch: 4 };
const settings: Settings = { ...machine, bad_files: 0.1, tracking: 'auto' };
const loading = { dataFolder: 'd', cacheBytes: 2 ** 31, diskBytes: 2 ** 29, prefetch: 4, maxBadShare: 0.1 };
const names = { experiment: 'e', register: 'm' };
const sent: Settings = { ...settings, device: 'webgpu', plugins: ['p'], tracking_uri: 'u', ...names };

test('a run is asked for what its settings say, and sent where they say', () => {
  const plain = { runs: 'r', engine: 'cpu', threads: 3, device: undefined, plugins: [], loading };
  const tracking = { options: { mode: 'auto' }, delivery: undefined };
  expect(requestOf(settings)).toEqual({ ...plain, tracking });
  const delivery = { uri: 'u', ...names };
  expect(requestOf(sent)).toMatchObject({
    device: 'webgpu',
    plugins: ['p'],
    tracking: { options: names, delivery },
  });
  const modes = (['offline', 'off'] as const).map((mode) => requestOf({ ...sent, tracking: mode }).tracking);
  expect(modes).toMatchObject([{ options: { mode: 'offline' } }, { options: { mode: 'off' } }]);
  expect(modes.map((each) => each.delivery)).toEqual([undefined, undefined]);
  vi.stubEnv('MLFLOW_RUN_ID', 'id');
  expect(requestOf(sent).tracking.delivery).toEqual({ ...delivery, runId: 'id' });
  const env = { MLFLOW_EXPERIMENT_ID: '7' };
  expect(deliveryOf(settings, env)).toBeUndefined();
  expect(deliveryOf({ ...settings, tracking_uri: 'u' }, env)).toEqual({ uri: 'u', experimentId: '7' });
  const trust = { tracking_ca: 'c', tracking_client_cert: 'k', tracking_insecure: false };
  const trusted = { caFile: 'c', clientCertFile: 'k', insecure: false };
  expect(deliveryOf({ ...sent, ...trust }, env)).toEqual({ ...delivery, ...trusted });
  const flags = { tracking: 'off' as const, ...names };
  expect(trackingFlags({ ...flags, trackingUri: 'u' })).toEqual({ ...flags, tracking_uri: 'u' });
});

test('a sweep is asked for as flags say: threads only by theirs, N retries are N', async () => {
  const few = { set: ['a=1'], data: [], only: ['seed=1'], retries: 4, resume: false };
  const asked = await requestOfFlags('a.yaml', few, settings);
  expect(asked).toMatchObject({ ...few, ablation: 'a.yaml', runs: 'r', engine: 'cpu', loading });
  expect(asked.machine).toEqual({ cores: availableParallelism(), memory: totalmem() });
  for (const key of ['threads', 'jobs', 'index', 'queue', 'store', 'detach', 'length'])
    expect(asked).not.toHaveProperty(key);
  const more = { index: 0, jobs: 2, threads: 1, store: 'mlflow', detach: true, queue: 'redis://h' } as const;
  const full = await requestOfFlags('a.yaml', { ...few, ...more, steps: 9 }, settings);
  expect(full).toEqual({ ...asked, ...more, length: '9 steps' });
  expect(() => queueAddress(true)).toThrow('Where is the queue?');
  vi.stubEnv('GAN_QUEUE', 'redis://v');
  expect([queueAddress(true), queueAddress('redis://f')]).toEqual(['redis://v', 'redis://f']);
});

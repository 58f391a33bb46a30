import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MlflowClient, MlflowError } from '../../../src/tracking/mlflow/index.js';
import { writeState } from '../../../src/record/checkpoint-state.js';
import { lockFolder, unlockFolder } from '../../../src/record/lock.js';
import { Delivery } from '../../../src/tracking/delivery/delivery.js';
import type { ParentRun } from '../../../src/tracking/delivery/parent-delivery.js';
import { removeDuplicateRuns } from '../../../src/tracking/delivery/server-run.js';
import { syncParent, syncRun, trackedRuns } from '../../../src/tracking/delivery/sync.js';
import { FakeMlflow, json } from '../mlflow/support/fake.js';
import { temporaryFolder } from '../../record/temp.js';
import { FakeRun } from './support/run-folder.js';

const work = temporaryFolder();
let fake: FakeMlflow;
beforeEach(async () => void (fake = await FakeMlflow.start()));
afterEach(() => fake.stop());

const fail = (text: string): never => expect.fail(text);
const open = (run: FakeRun, options: object = {}, warn: (text: string) => void = fail): Promise<Delivery> =>
  Delivery.open(run.folder, { uri: fake.uri, ...options }, warn);
/** Delivers all of a run that has ended, by as many processes as it takes. @returns how many died, each of its first failure */
async function deliver(run: FakeRun, options?: object, warn?: (text: string) => void): Promise<number> {
  for (let deaths = 0; ; deaths++) {
    const delivery = await open(run, options, warn);
    try {
      delivery.conclude();
      while (await delivery.sendPoints());
      while (await delivery.sendFile());
      return deaths;
    } catch (error) {
      if (!(error instanceof MlflowError) || deaths > 3) throw error;
    } finally {
      await delivery.close();
    }
  }
}
const begin = { recipeFolder: '/', versions: {}, machine: {} };
/** Batches of metrics as they were asked for, by their sizes. */
const batches = (): number[] =>
  fake.asked.flatMap(({ body }) => ('metrics' in body ? [(body['metrics'] as unknown[]).length] : []));
const stepsOf = (name: string, run = fake.runs[0]!): number[] =>
  run.metrics.filter(({ key }) => key === name).map(({ step }) => step);
const png = (width: number): Promise<Buffer> =>
  sharp(Buffer.alloc(width * 24), { raw: { width, height: 8, channels: 3 } })
    .png()
    .toBuffer();
const put = (run: FakeRun, name: string, content: string | Buffer): void => {
  mkdirSync(dirname(join(run.folder, name)), { recursive: true });
  writeFileSync(join(run.folder, name), content);
};
/** Files on the server by their names, without the folders of runs. */
const files = (): [string, string][] =>
  [...fake.files].map(([name, content]) => [name.replace(/.*artifacts./, ''), content.toString()]);

test('whichever request is lost, or its answer: the server ends up with the same, once', async () => {
  const sources = { pairs: { type: 't', counts: { train: 3 }, classes: { y: ['a'] }, digest: 'd' } };
  const run = new FakeRun(work, 'cut')
    .start({ user: 'ada' })
    .append(
      { type: 'params', step: 0, params: { summary: 'Maps', 'a.b': 'x'.repeat(7000), none: '' } },
      { type: 'data', step: 0, sources },
    );
  run
    .steps(1, 3)
    .append(
      { type: 'evaluation', step: 3, metrics: { 'val/l1': NaN } },
      ...[1, 2].map((value) => ({ type: 'system' as const, step: 3, metrics: { 'system/x': value } })),
      { type: 'sample', step: 3, file: 'samples/3.png' },
      { type: 'rollback', step: 2, from: 3, reason: 'r', count: 1, rate: 0.5 },
      { type: 'health', step: 3, check: 'c', level: 'warning', text: 'T', evidence: 'E', remedy: 'R' },
      { type: 'end', step: 3, status: 'failed', reason: 'NaN' },
    );
  // Damaged, since making it small takes longer than all the rest.
  put(run, 'samples/3.png', 'picture');
  await deliver(run);
  const [expected] = fake.runs;
  const [requests, sent] = [fake.asked.length, files()];
  expect(expected).toMatchObject({
    info: { run_name: basename(run.folder), status: 'FAILED', start_time: 17e11, end_time: 17e11 + 12 },
    params: { summary: 'Maps', 'a.b': 'x'.repeat(6000) },
    tags: {
      ...{ 'mlflow.user': 'ada', 'mlflow.note.content': 'Maps', 'mlflow.loggedImages': 'True' },
      ...{ 'gan.reason': 'NaN', 'gan.rollbacks': '1', 'gan.health.c': 'Step 3: T E R' },
    },
  });
  const profile = '{"type":"t","train":3,"classes":{"y":["a"]}}';
  const dataset = { name: 'pairs', digest: 'd', source_type: 't', source: '{"uri":"t"}', profile };
  expect(expected!.inputs).toMatchObject([{ dataset }]);
  expect(expected!.metrics).toHaveLength(3 * 5 + 1 + 2);
  expect([stepsOf('system/x'), stepsOf('epoch')].join(' ')).toBe('0,1 1,2,3');
  expect(sent.map(([name]) => name.slice(0, 20))).toEqual([
    'images/samples+step+',
    'images/samples+step+',
    'recipe.yaml',
    'resolved.yaml',
  ]);
  for (let at = 0; at < requests; at++) {
    for (const fault of ['lose request', 'lose answer'] as const) {
      rmSync(join(run.folder, 'tracking'), { recursive: true });
      [fake.runs.length, fake.asked.length, fake.experiments.length] = [0, 0, 0];
      fake.files.clear();
      fake.meddle = (_, number) => (number === at ? fault : undefined);
      expect([at, fault, await deliver(run)]).toEqual([at, fault, 1]);
      // A server tells equal inputs by itself.
      expect(fake.runs.map((one) => ({ ...one, inputs: one.inputs.slice(0, 1) }))).toEqual([expected]);
      expect(files()).toEqual(sent);
    }
  }
});

test('parcels are of 1000 points, and the end comes in one of its own', async () => {
  const run = new FakeRun(work, 'parcels').start().steps(1, 402);
  const delivery = await open(run.append({ type: 'end', step: 402, status: 'killed' }));
  const seen: string[] = [];
  for (let more = true; more;) {
    more = await delivery.sendPoints();
    seen.push(`${delivery.sent.points} ${fake.runs[0]!.info.status}`);
  }
  await delivery.close();
  expect(seen).toEqual(['1000 RUNNING', '2000 RUNNING', '2010 RUNNING', '2010 KILLED', '2010 KILLED']);
  expect(batches()).toEqual([1000, 1000, 10]);
  expect(delivery.url).toBe(`${fake.uri}/#/experiments/1/runs/r1`);
});

test('what the server refuses is found by halves, told once for a curve, and holds nothing else up', async () => {
  const metrics = { a: 1, refused: 2, b: 3 };
  const run = new FakeRun(work, 'odd').start();
  run.append({ type: 'evaluation', step: 1, metrics }, { type: 'evaluation', step: 2, metrics });
  const warnings: string[] = [];
  await deliver(run, {}, (text) => warnings.push(text));
  expect(warnings).toEqual([expect.stringMatching(/The curve refused is in the journal only\.$/)]);
  expect(fake.runs[0]!.metrics.map(({ key, step }) => `${key}${step}`)).toEqual(['a1', 'b1', 'a2', 'b2']);
  expect(batches()).toEqual([6, 3, 2, 1, 1, 1, 3, 2, 1, 1, 1]);
});

test('what grows is followed: a line once it is whole, steps done again once, damaged lines not at all', async () => {
  const run = new FakeRun(work, 'grows');
  const delivery = await open(run);
  /** Whether there was something, twice; which steps are there. */
  const look = async (): Promise<string> =>
    `${await delivery.sendPoints()} ${await delivery.sendPoints()} ${fake.runs[0] && stepsOf('epoch').join()}`;
  expect([await look(), await delivery.sendFile(), delivery.url]).toEqual([
    'false false undefined',
    false,
    undefined,
  ]);
  expect(fake.asked).toEqual([]);
  run.start().steps(1, 2);
  expect(await look()).toBe('true false 1,2');
  const text = readFileSync(join(new FakeRun(work).steps(3, 3).folder, 'events.jsonl'), 'utf8');
  const journal = join(run.folder, 'events.jsonl');
  appendFileSync(journal, text.slice(0, 20));
  expect(await look()).toBe('false false 1,2');
  appendFileSync(journal, `${text.slice(20)}{"damaged\n`);
  expect(await look()).toBe('true false 1,2,3');
  run.append({ type: 'resume', step: 1, ...begin }).steps(2, 4);
  expect(await look()).toBe('true false 1,2,3,4');
  put(run, 'samples/4.png', 'picture');
  run.append({ type: 'sample', step: 4, file: 'samples/4.png' });
  expect([await look(), await delivery.sendFile()]).toEqual(['true false 1,2,3,4', true]);
  expect(fake.runs[0]!.info.status).toBe('RUNNING');
  // Files are looked at once more when nothing changes any more.
  while (await delivery.sendFile());
  put(run, 'recipe.yaml', 'later');
  expect(await delivery.sendFile()).toBe(false);
  delivery.conclude();
  expect([await delivery.sendFile(), Object.fromEntries(files())['recipe.yaml']]).toEqual([true, 'later']);
  await expect(open(run)).rejects.toThrow('in use');
  await delivery.close();
  // Another machine, or a memory that was lost: the server says what it has.
  rmSync(join(run.folder, 'tracking'), { recursive: true });
  fake.asked.length = 0;
  fake.files.set('1/r1/artifacts/images/odd.png', Buffer.from(''));
  await deliver(run.steps(5, 5).append({ type: 'sample', step: 5, file: 'samples/4.png' }));
  expect([batches(), stepsOf('epoch'), fake.runs.length]).toEqual([[5], [1, 2, 3, 4, 5], 1]);
  const sent = fake.asked.flatMap(({ method, path }) =>
    method === 'PUT' ? (/step.\d/.exec(path) ?? []) : [],
  );
  expect(sent).toEqual(['step+5', 'step+5']);
  expect(fake.runs[0]!.info.status).toBe('KILLED');
});

test('a run that somebody trains is not ended; one that nobody does is killed when it was last heard of', async () => {
  const params = (length: string) => ({ type: 'params' as const, step: 2, params: { 'train.for': length } });
  const run = new FakeRun(work, 'alive').start().steps(1, 2).append(params('2 steps'));
  const sync = () => syncRun(run.folder, { uri: fake.uri }, fail);
  lockFolder(run.folder);
  expect(await sync()).toMatchObject({ points: 10, files: 2, failure: undefined });
  expect(fake.runs[0]!.info.status).toBe('RUNNING');
  unlockFolder(run.folder);
  for (const name of ['.hidden', 'lock.a', 'x.new', 'notes.txt', 'resolved.yaml'])
    put(run, name, `new ${name}`);
  expect(await sync()).toMatchObject({ points: 0, files: 2 });
  expect(fake.runs[0]!.info).toMatchObject({ status: 'KILLED', end_time: 17e11 + 3 });
  const changed = { 'resolved.yaml': 'new resolved.yaml', 'notes.txt': 'new notes.txt' };
  expect(Object.fromEntries(files())).toEqual({ 'recipe.yaml': 'name: alive\n', ...changed });
  // Gone on with, and killed once more.
  run.append({ type: 'resume', step: 2, ...begin }, params('3 steps')).steps(3, 3);
  expect(await sync()).toMatchObject({ points: 5 });
  expect(fake.runs[0]).toMatchObject({
    info: { status: 'KILLED', end_time: 17e11 + 6 },
    params: { 'train.for': '2 steps' },
    tags: { 'resumed with train.for': '3 steps' },
  });
});

test('where a run goes: by name before the wish of its recipe before its folder; into a given run; never into the bin', async () => {
  const where = async (experiment: string | undefined, options: object): Promise<string> => {
    const tracking = { mode: 'auto' as const, ...(experiment === undefined ? {} : { experiment }) };
    await deliver(new FakeRun(work, 'folder').start({ tracking }), options);
    const { experiment_id: id } = fake.runs.at(-1)!.info;
    return fake.experiments.find((one) => one.experiment_id === id)?.name ?? id;
  };
  expect(await where(undefined, {})).toBe('folder');
  expect(await where('wish', {})).toBe('wish');
  expect(await where('wish', { experiment: 'named' })).toBe('named');
  expect(await where('wish', { experiment: 'named', experimentId: '77' })).toBe('77');
  const into = new FakeRun(work, 'into').start().steps(1, 1);
  await deliver(into, { runId: 'r2' });
  expect([stepsOf('epoch', fake.runs[1]), fake.runs.length]).toEqual([[1], 4]);
  const nowhere = deliver(new FakeRun(work).start(), { runId: 'none' });
  await expect(nowhere).rejects.toMatchObject({ kind: 'settings' });
  fake.runs[1]!.info.lifecycle_stage = 'deleted';
  await expect(deliver(into)).rejects.toMatchObject({ kind: 'deleted' });
});

test('of runs with the same key, those are put away that are another and hold nothing', async () => {
  const client = new MlflowClient({ uri: fake.uri, timeout: 2000 });
  const tags = [{ key: 'gan.key', value: 'k' }];
  const made = { experimentId: '1', name: 'n', startTime: 1, tags };
  const kept = await client.createRun(made);
  for (let i = 0; i < 3; i++) await client.createRun(made);
  await client.logParams('r3', [{ key: 'a', value: 'b' }]);
  await client.logMetrics('r4', [{ key: 'a', value: 1, timestamp: 1, step: 1 }]);
  await removeDuplicateRuns(client, kept, 'k');
  const left = fake.runs.filter(({ info }) => info.lifecycle_stage === 'active');
  expect(left.map(({ info }) => info.run_id)).toEqual(['r1', 'r3', 'r4']);
  await client.close();
});

test('pictures: a preview of 768 pixels at most; one that is damaged as it is, one that is gone not at all', async () => {
  const run = new FakeRun(work, 'pictures').start();
  const contents = [await png(1000), await png(768), await png(60), Buffer.from('damaged'), undefined];
  for (const [i, content] of contents.entries()) {
    if (content) put(run, `samples/${i}.png`, content);
    run.append({ type: 'sample', step: i, file: `samples/${i}.png` });
  }
  await deliver(run);
  const images = [...fake.files].flatMap(([name, content]) => (name.includes('images/') ? [content] : []));
  const sizes = images.map((content) =>
    sharp(content)
      .metadata()
      .then(
        ({ width, format }) => `${width} ${format}`,
        () => content.toString(),
      ),
  );
  const pairs = ['1000 png', '768 webp', '768 png', '768 webp', '60 png', '60 webp', 'damaged', 'damaged'];
  expect(await Promise.all(sizes)).toEqual(pairs);
});

test('a generator is registered once, when its run has finished, with averaged weights where there are', async () => {
  const tracking = { mode: 'auto' as const, register: 'gen' };
  const run = new FakeRun(work, 'model').start({ generators: ['G', 'F', 'none'], tracking });
  const model_version = { name: 'gen', version: '1' };
  fake.meddle = ({ path }) =>
    /^(registered-)?model/.test(path) ? json(path.endsWith('s/create') ? { model_version } : {}) : undefined;
  const register = async (): Promise<string[]> => {
    fake.asked.length = 0;
    await deliver(run);
    return fake.asked
      .map(({ path }) => path.replace(/.*artifacts./, ''))
      .filter((path) => path.includes('model'));
  };
  const file = (name: string) => ({ name, bytes: 1, sha256: '' });
  for (const step of [5, 10]) {
    for (const name of ['G.a', 'F.w']) put(run, `checkpoints/step-${step}/${name}`, `${name} ${step}`);
    const G = { weights: file('G.w'), average: file('G.a') };
    const networks = { G, F: { weights: file('F.w') }, D: { weights: file('D.w') } };
    const folder = join(run.folder, `checkpoints/step-${step}`);
    await writeState(folder, { step, seed: 1, recipe: '', versions: {}, networks });
  }
  expect(await register()).toEqual([]);
  run.append({ type: 'end', step: 10, status: 'finished' });
  const weights = ['state.json', 'G.a', 'F.w'].map((name) => `checkpoints/step-10/${name}`);
  const uploads = ['recipe.yaml', 'resolved.yaml', ...weights, 'MLmodel'].map((name) => `model/${name}`);
  const registered = ['model-versions/search', 'registered-models/create', 'model-versions/create'];
  expect(await register()).toEqual([...uploads, ...registered]);
  const sent = Object.fromEntries(files());
  expect(sent['model/checkpoints/step-10/F.w']).toBe('F.w 10');
  const time = String.raw`'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}'`;
  expect(sent['model/MLmodel']).toMatch(new RegExp(`step: 10\nrun_id: r1\nutc_time_created: ${time}\n$`));
  expect(await register()).toEqual([]);
  rmSync(join(run.folder, 'tracking'), { recursive: true });
  await deliver(run, { register: 'named' });
  const names = fake.asked.flatMap(({ path, body }) => (path === 'registered-models/create' ? [body] : []));
  expect(names).toEqual([{ name: 'named' }]);
  const bare = new FakeRun(work, 'bare').start().append({ type: 'end', step: 0, status: 'finished' });
  await expect(deliver(bare, { register: 'gen' })).rejects.toMatchObject({ kind: 'settings' });
});

test('the run of a sweep has its tags, note, status and files, and is told only what is new', async () => {
  const folder = join(work, 'sweep');
  mkdirSync(folder);
  writeFileSync(join(folder, 'table.md'), '|');
  const tags = [{ key: 'a%', value: 'b' }];
  const about = { key: 'k', name: 'ablation', experiment: undefined, startTime: 5, endTime: undefined };
  const parent: ParentRun = { ...about, folder, tags, status: 'RUNNING', note: 'Note' };
  /** What it asks for but for what it only reads. */
  const sync = async (more: Partial<ParentRun> = {}): Promise<string> => {
    fake.asked.length = 0;
    expect((await syncParent({ ...parent, ...more }, { uri: fake.uri })).failure).toBeUndefined();
    return fake.asked.flatMap(({ method, path }) => (method === 'GET' ? [] : [basename(path)])).join(' ');
  };
  expect(await sync()).toBe('create search create search search log-batch update table.md');
  expect(fake.experiments[0]!.name).toBe('ablation');
  expect(fake.runs[0]).toMatchObject({
    info: { run_name: 'ablation', status: 'RUNNING', start_time: 5 },
    tags: { 'gan.key': 'k', a_: 'b', 'mlflow.note.content': 'Note' },
  });
  expect(await sync()).toBe('search');
  expect(await sync({ status: 'FINISHED', endTime: 9 })).toBe('search log-batch update');
  expect(fake.runs[0]!.info).toMatchObject({ status: 'FINISHED', end_time: 9 });
  await sync({ note: '', tags: [{ key: 'c', value: 'd' }] });
  expect(fake.runs[0]!.tags).toMatchObject({ c: 'd', 'mlflow.note.content': 'Note' });
  // A sweep begun anew in the same folder knows nothing yet.
  expect(await sync({ key: 'new', experiment: 'wish' })).toMatch(/update table\.md$/);
  expect([fake.runs.length, fake.experiments[1]!.name]).toEqual([2, 'wish']);
  // Nor does it know what a server has forgotten.
  fake.runs.length = 0;
  expect(await sync({ key: 'new', experiment: 'wish' })).toMatch(/^search create .*table\.md$/);
});

test('runs are sent that want to be, also those that said "later", the oldest first', async () => {
  const folder = temporaryFolder();
  const runs = (['auto', 'off', 'offline', undefined] as const).map((mode) =>
    new FakeRun(folder, 'r').start(mode === undefined ? {} : { tracking: { mode } }),
  );
  new FakeRun(folder, 'r');
  const tracked = await trackedRuns(join(folder, 'runs'));
  expect(tracked.map(({ path }) => path).sort()).toEqual([0, 2, 3].map((i) => runs[i]!.folder).sort());
});

import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MlflowError } from '../../src/mlflow/index.js';
import { writeState } from '../../src/record/checkpoint-state.js';
import { lockFolder, unlockFolder } from '../../src/record/lock.js';
import type { DeliveryOptions } from '../../src/tracking/index.js';
import { Delivery } from '../../src/tracking/delivery.js';
import type { ParentRun } from '../../src/tracking/parent-delivery.js';
import { syncParent, syncRun, trackedRuns } from '../../src/tracking/sync.js';
import { FakeMlflow } from '../mlflow/support/fake.js';
import { temporaryFolder } from '../record/temp.js';
import { FakeRun } from './support/run-folder.js';

const work = temporaryFolder();
let fake: FakeMlflow;
beforeEach(async () => void (fake = await FakeMlflow.start()));
afterEach(() => fake.stop());

/** Delivers all of a run that has ended, by as many processes as it takes: each dies of its first failure. */
async function deliver(
  run: FakeRun,
  options: Partial<DeliveryOptions> = {},
): Promise<{ deaths: number; warnings: string[] }> {
  const warnings: string[] = [];
  for (let deaths = 0; ; deaths++) {
    const delivery = await Delivery.open(run.folder, { uri: fake.uri, ...options }, (text) =>
      warnings.push(text),
    );
    try {
      delivery.conclude();
      while (await delivery.sendPoints());
      while (await delivery.sendFile());
      return { deaths, warnings };
    } catch (error) {
      if (!(error instanceof MlflowError) || deaths > 3) throw error;
    } finally {
      await delivery.close();
    }
  }
}
/** Batches of metrics as they were asked for, by their sizes. */
const batches = (): number[] =>
  fake.asked.flatMap(({ told }) => ('metrics' in told ? [(told['metrics'] as unknown[]).length] : []));
const stepsOf = (name: string, run = fake.runs[0]!): number[] =>
  run.metrics.filter(({ key }) => key === name).map(({ step }) => step);
const png = (width: number): Promise<Buffer> =>
  sharp({ create: { width, height: 8, channels: 3, background: '#f80' } })
    .png()
    .toBuffer();

function whole(): FakeRun {
  const run = new FakeRun(work, 'cut').start({ user: 'ada' }).append(
    { type: 'params', step: 0, params: { summary: 'Maps', 'a.b': 'x'.repeat(7000), none: '' } },
    {
      type: 'data',
      step: 0,
      sources: { pairs: { type: 't', counts: { train: 3 }, classes: { y: ['a'] }, digest: 'd' } },
    },
  );
  run
    .steps(1, 3)
    .append(
      { type: 'evaluation', step: 3, metrics: { 'val/l1': NaN } },
      { type: 'system', step: 3, metrics: { 'system/x': 1 } },
      { type: 'system', step: 3, metrics: { 'system/x': 2 } },
      { type: 'sample', step: 3, file: 'samples/3.png' },
      { type: 'rollback', step: 2, from: 3, reason: 'r', count: 1, rate: 0.5 },
      { type: 'health', step: 3, check: 'c', level: 'warning', text: 'T', evidence: 'E', remedy: 'R' },
      { type: 'end', step: 3, status: 'failed', reason: 'NaN' },
    );
  mkdirSync(join(run.folder, 'samples'));
  // Damaged, since making it small takes longer than all the rest.
  writeFileSync(join(run.folder, 'samples/3.png'), 'picture');
  return run;
}

test('whichever request is lost, or its answer: the server ends up with the same, once', async () => {
  const first = whole();
  await deliver(first);
  const [expected] = fake.runs;
  const requests = fake.asked.length;
  expect(expected).toMatchObject({
    info: {
      run_name: basename(first.folder),
      experiment_id: '1',
      status: 'FAILED',
      start_time: 1_700_000_000_000,
      end_time: 1_700_000_000_012,
    },
    params: { summary: 'Maps', 'a.b': 'x'.repeat(6000) },
    tags: {
      'mlflow.user': 'ada',
      'mlflow.note.content': 'Maps',
      'mlflow.loggedImages': 'True',
      'gan.reason': 'NaN',
      'gan.rollbacks': '1',
      'gan.health.c': 'Step 3: T E R',
    },
  });
  expect(expected!.inputs).toMatchObject([
    {
      dataset: {
        name: 'pairs',
        source_type: 't',
        source: '{"uri":"t"}',
        profile: '{"type":"t","train":3,"classes":{"y":["a"]}}',
      },
    },
  ]);
  expect(expected!.metrics).toHaveLength(3 * 5 + 1 + 2);
  expect([stepsOf('system/x'), stepsOf('epoch')]).toEqual([
    [0, 1],
    [1, 2, 3],
  ]);
  for (let at = 0; at < requests; at++) {
    for (const fault of ['lose request', 'lose answer'] as const) {
      // Its key is of its folder and first entry: with both the same, the same run.
      rmSync(join(first.folder, 'tracking'), { recursive: true });
      [fake.runs.length, fake.asked.length, fake.experiments.length] = [0, 0, 0];
      fake.files.clear();
      fake.meddle = (_, number) => (number === at ? fault : undefined);
      expect([at, fault, (await deliver(first)).deaths]).toEqual([at, fault, 1]);
      // Inputs are told apart by the server.
      const [{ inputs, ...rest }, ...others] = fake.runs as [(typeof fake.runs)[number]];
      expect([inputs[0], others.length]).toEqual([expected!.inputs[0], 0]);
      expect(rest).toEqual({ ...expected!, inputs: undefined });
      expect(
        [...fake.files.keys()].filter((name) => !name.includes('/images/')).map((name) => basename(name)),
      ).toEqual(['recipe.yaml', 'resolved.yaml']);
      expect([...fake.files.keys()].filter((name) => name.includes('/images/'))).toHaveLength(2);
    }
  }
});

test('parcels are of 1000 points, and the end comes in one of its own', async () => {
  const run = new FakeRun(work, 'parcels')
    .start()
    .steps(1, 402)
    .append({ type: 'end', step: 402, status: 'killed' });
  const { folder } = run;
  const delivery = await Delivery.open(folder, { uri: fake.uri }, () => undefined);
  const seen: unknown[] = [];
  for (let more = true; more;) {
    more = await delivery.sendPoints();
    seen.push([delivery.sent.points, fake.runs[0]!.info.status]);
  }
  await delivery.close();
  expect(seen).toEqual([
    [1000, 'RUNNING'],
    [2000, 'RUNNING'],
    [2010, 'RUNNING'],
    [2010, 'KILLED'],
    [2010, 'KILLED'],
  ]);
  expect(batches()).toEqual([1000, 1000, 10]);
  expect(delivery.url).toBe(`${fake.uri}/#/experiments/1/runs/r1`);
});

test('what the server refuses is found by halves, told once for a curve, and holds nothing else up', async () => {
  const metrics = { a: 1, refused: 2, b: 3 };
  const run = new FakeRun(work, 'odd').start();
  run.append({ type: 'evaluation', step: 1, metrics }, { type: 'evaluation', step: 2, metrics });
  const { warnings } = await deliver(run);
  expect(warnings).toEqual([expect.stringMatching(/The curve refused is in the journal only\.$/)]);
  expect(fake.runs[0]!.metrics.map(({ key, step }) => `${key}${step}`)).toEqual(['a1', 'b1', 'a2', 'b2']);
  expect(batches()).toEqual([6, 3, 2, 1, 1, 1, 3, 2, 1, 1, 1]);
});

test('what grows is followed: a line once it is whole, steps done again once, damaged lines not at all', async () => {
  const run = new FakeRun(work, 'grows');
  const delivery = await Delivery.open(run.folder, { uri: fake.uri }, expect.fail);
  expect([await delivery.sendPoints(), await delivery.sendFile(), delivery.url]).toEqual([
    false,
    false,
    undefined,
  ]);
  expect(fake.asked).toEqual([]);
  run.start().steps(1, 2);
  expect([await delivery.sendPoints(), await delivery.sendPoints()]).toEqual([true, false]);
  const line = new FakeRun(work).steps(3, 3);
  const text = readFileSync(join(line.folder, 'events.jsonl'), 'utf8');
  const journal = join(run.folder, 'events.jsonl');
  appendFileSync(journal, text.slice(0, 20));
  expect([await delivery.sendPoints(), stepsOf('epoch')]).toEqual([false, [1, 2]]);
  appendFileSync(journal, `${text.slice(20)}{"damaged\n`);
  expect([await delivery.sendPoints(), await delivery.sendPoints(), stepsOf('epoch')]).toEqual([
    true,
    false,
    [1, 2, 3],
  ]);
  run.append({ type: 'resume', step: 1, recipeFolder: '/', versions: {}, machine: {} }).steps(2, 4);
  while (await delivery.sendPoints());
  expect(stepsOf('epoch')).toEqual([1, 2, 3, 4]);
  expect(fake.runs[0]!.info.status).toBe('RUNNING');
  await expect(Delivery.open(run.folder, { uri: fake.uri }, expect.fail)).rejects.toThrow('in use');
  await delivery.close();
  // Another machine, or a memory that was lost: the server says what it has.
  rmSync(join(run.folder, 'tracking'), { recursive: true });
  fake.asked.length = 0;
  await deliver(run.steps(5, 5));
  expect([batches(), stepsOf('epoch'), fake.runs.length]).toEqual([[5], [1, 2, 3, 4, 5], 1]);
  expect(fake.runs[0]!.info.status).toBe('KILLED');
});

test('a run that somebody trains is not ended; one that nobody does is killed when it was last heard of', async () => {
  const run = new FakeRun(work, 'alive').start().steps(1, 2);
  lockFolder(run.folder);
  expect(await syncRun(run.folder, { uri: fake.uri }, expect.fail)).toMatchObject({
    points: 10,
    files: 2,
    failure: undefined,
  });
  expect(fake.runs[0]!.info.status).toBe('RUNNING');
  unlockFolder(run.folder);
  writeFileSync(join(run.folder, 'resolved.yaml'), 'changed');
  for (const [i, name] of ['.hidden', 'lock.a', 'x.new', 'notes.txt'].entries())
    writeFileSync(join(run.folder, name), `${i}`);
  expect(await syncRun(run.folder, { uri: fake.uri }, expect.fail)).toMatchObject({ points: 0, files: 2 });
  expect(fake.runs[0]!.info).toMatchObject({ status: 'KILLED', end_time: 1_700_000_000_002 });
  expect([...fake.files].map(([name, content]) => [basename(name), content.toString()])).toEqual([
    ['recipe.yaml', 'name: alive\n'],
    ['resolved.yaml', 'changed'],
    ['notes.txt', '3'],
  ]);
});

test('where a run goes: by name before the wish of its recipe before its folder; into a given run; never into the bin', async () => {
  const where = async (wish: string | undefined, options: Partial<DeliveryOptions>): Promise<string> => {
    const run = new FakeRun(work, 'folder').start(
      wish === undefined ? {} : { tracking: { mode: 'auto', experiment: wish } },
    );
    await deliver(run, options);
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
  await expect(deliver(new FakeRun(work).start(), { runId: 'none' })).rejects.toMatchObject({
    kind: 'settings',
  });
  fake.runs[1]!.info.lifecycle_stage = 'deleted';
  await expect(deliver(into)).rejects.toMatchObject({ kind: 'deleted' });
});

test('pictures: a preview of 768 pixels at most; one that is damaged as it is, one that is gone not at all', async () => {
  const run = new FakeRun(work, 'pictures').start();
  const contents = [await png(1000), await png(768), await png(60), Buffer.from('damaged'), undefined];
  mkdirSync(join(run.folder, 'samples'));
  for (const [i, content] of contents.entries()) {
    if (content) writeFileSync(join(run.folder, `samples/${i}.png`), content);
    run.append({ type: 'sample', step: i, file: `samples/${i}.png` });
  }
  await deliver(run);
  const widths = [...fake.files]
    .filter(([name]) => name.includes('images/'))
    .map(async ([name, content]) => {
      const { width, format } = await sharp(content)
        .metadata()
        .catch(() => ({ width: content.toString(), format: '' }));
      return [/step\+(\d)/.exec(name)![1], name.endsWith('.webp'), width, format];
    });
  expect(await Promise.all(widths)).toEqual([
    ['0', false, 1000, 'png'],
    ['0', true, 768, 'webp'],
    ['1', false, 768, 'png'],
    ['1', true, 768, 'webp'],
    ['2', false, 60, 'png'],
    ['2', true, 60, 'webp'],
    ['3', false, 'damaged', ''],
    ['3', true, 'damaged', ''],
  ]);
});

test('a generator is registered once, when its run has finished, with averaged weights where there are', async () => {
  const run = new FakeRun(work, 'model').start({
    generators: ['G', 'F', 'none'],
    tracking: { mode: 'auto', register: 'gen' },
  });
  const register = async (): Promise<string[]> => {
    fake.asked.length = 0;
    fake.meddle = ({ path }) =>
      path === 'model-versions/create'
        ? { status: 200, text: JSON.stringify({ model_version: { name: 'gen', version: '1' } }) }
        : /model/.test(path) && !path.includes('artifacts')
          ? { status: 200, text: '{}' }
          : undefined;
    await deliver(run);
    return fake.asked.flatMap(({ path }) =>
      path.includes('model') ? [path.replace(/.*artifacts./, '')] : [],
    );
  };
  const file = (name: string) => ({ name, bytes: 1, sha256: '' });
  for (const step of [5, 10]) {
    const folder = join(run.folder, 'checkpoints', `step-${step}`);
    mkdirSync(folder, { recursive: true });
    for (const name of ['G.a', 'F.w']) writeFileSync(join(folder, name), `${name} ${step}`);
    const networks = {
      G: { weights: file('G.w'), average: file('G.a') },
      F: { weights: file('F.w') },
      D: { weights: file('D.w') },
    };
    await writeState(folder, { step, seed: 1, recipe: '', versions: {}, networks });
  }
  expect(await register()).toEqual([]);
  run.append({ type: 'end', step: 10, status: 'finished' });
  const uploads = [
    'recipe.yaml',
    'resolved.yaml',
    ...['state.json', 'G.a', 'F.w'].map((name) => `checkpoints/step-10/${name}`),
    'MLmodel',
  ];
  expect(await register()).toEqual([
    ...uploads.map((name) => `model/${name}`),
    ...['model-versions/search', 'registered-models/create', 'model-versions/create'],
  ]);
  expect([...fake.files].find(([name]) => name.endsWith('F.w'))![1].toString()).toBe('F.w 10');
  expect([...fake.files].find(([name]) => name.endsWith('MLmodel'))![1].toString()).toMatch(
    /^artifact_path: model\n[^]*step: 10\nrun_id: r1\nutc_time_created: '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}'\n$/,
  );
  expect(await register()).toEqual([]);
  const bare = new FakeRun(work, 'bare').start().append({ type: 'end', step: 0, status: 'finished' });
  await expect(deliver(bare, { register: 'gen' })).rejects.toMatchObject({ kind: 'settings' });
});

test('the run of a sweep has its tags, note, status and files, and is told only what is new', async () => {
  const folder = join(work, 'sweep');
  mkdirSync(folder);
  writeFileSync(join(folder, 'table.md'), '|');
  const parent: ParentRun = {
    ...{
      folder,
      key: 'k',
      name: 'ablation',
      experiment: undefined,
      status: 'RUNNING',
      startTime: 5,
      endTime: undefined,
    },
    ...{ tags: [{ key: 'a%', value: 'b' }], note: 'Note' },
  };
  const sync = async (more: Partial<ParentRun> = {}) => {
    fake.asked.length = 0;
    const { failure, files } = await syncParent({ ...parent, ...more }, { uri: fake.uri });
    return {
      failure,
      files,
      asked: fake.asked.filter(({ method }) => method !== 'GET').map(({ path }) => basename(path)),
    };
  };
  expect(await sync()).toEqual({
    failure: undefined,
    files: 1,
    asked: ['create', 'search', 'create', 'search', 'search', 'log-batch', 'update', 'table.md'],
  });
  expect(fake.experiments[0]!.name).toBe('ablation');
  expect(fake.runs[0]).toMatchObject({
    info: { run_name: 'ablation', status: 'RUNNING', start_time: 5 },
    tags: { 'gan.key': 'k', a_: 'b', 'mlflow.note.content': 'Note' },
  });
  expect(await sync()).toEqual({ failure: undefined, files: 0, asked: ['search'] });
  expect((await sync({ status: 'FINISHED', endTime: 9 })).asked).toEqual(['search', 'log-batch', 'update']);
  expect(fake.runs[0]!.info).toMatchObject({ status: 'FINISHED', end_time: 9 });
  await sync({ note: '', tags: [{ key: 'c', value: 'd' }] });
  expect(fake.runs[0]!.tags).toMatchObject({ c: 'd', 'mlflow.note.content': 'Note' });
  // A sweep begun anew in the same folder knows nothing yet.
  expect(await sync({ key: 'new', experiment: 'wish' })).toMatchObject({ files: 1 });
  expect([fake.runs.length, fake.experiments[1]!.name]).toEqual([2, 'wish']);
});

test('runs are sent that want to be, also those that said "later", the oldest first', async () => {
  const own = temporaryFolder();
  const runs = (['auto', 'off', 'offline', undefined] as const).map((mode) =>
    new FakeRun(own, 'r').start(mode === undefined ? {} : { tracking: { mode } }),
  );
  new FakeRun(own, 'r');
  const tracked = await trackedRuns(join(own, 'runs'));
  expect(tracked.map(({ path }) => path).sort()).toEqual([0, 2, 3].map((i) => runs[i]!.folder).sort());
});

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatLine } from '../../src/record/journal-line.js';
import { TINY_RECIPE } from '../support/plan.js';
import { ganHere } from './support/gan-here.js';

const work = mkdtempSync(join(tmpdir(), 'gan-commands-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const at = (name: string): string => join(work, name);
const runs = ['--runs', at('runs')];
const gan = (...args: readonly string[]) => ganHere(work, ...args);
/** What a command prints, its spaces one. */
const lines = async (...args: readonly string[]): Promise<string[]> => {
  const { code, stdout, stderr } = await gan(...args);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.split('\n').map((line) => line.trim().replace(/ +/g, ' '));
};

writeFileSync(at('tiny.yaml'), TINY_RECIPE);
/** A run with its metrics at steps 2 and 4. */
function writeRun(
  path: string,
  psnr: readonly number[],
  seed: string,
  end: object,
  changes: object = {},
): void {
  mkdirSync(at(`runs/${path}`), { recursive: true });
  for (const name of ['recipe.yaml', 'resolved.yaml'])
    writeFileSync(at(`runs/${path}/${name}`), TINY_RECIPE.replace('seed: 1', `seed: ${seed}`));
  const machine = { versions: {}, machine: {} };
  const events = [
    { type: 'start', step: 0, recipeFolder: work, steps: 4, ...machine },
    { type: 'params', step: 0, params: { 'train.seed': seed, same: 'x' }, ...changes },
    ...[1, 2].map((i) => ({
      type: 'step',
      step: i,
      epoch: i / 2,
      losses: { 'G/l1': i, 'G/l1/real': 9 },
      learningRates: {},
      images: 2,
      ms: 5,
      waitMs: 1,
    })),
    ...psnr.map((value, i) => ({ type: 'evaluation', step: 2 * i + 2, metrics: { 'val/psnr': value } })),
    {
      type: 'health',
      step: 3,
      level: 'warning',
      check: 'slow',
      text: 'Slow.',
      evidence: 'It is.',
      remedy: 'Wait.',
    },
    { type: 'end', step: 4, ...end },
  ];
  writeFileSync(
    at(`runs/${path}/events.jsonl`),
    events.map((event, i) => formatLine(event as never, 1000 * i)).join(''),
  );
}
const [FIRST, SECOND] = ['tiny/2026-01-01-000000-aaaa', 'tiny/2026-01-02-000000-bbbb'];
writeRun(FIRST, [20, 25], '1', { status: 'finished' });
writeRun(
  SECOND,
  [30, 21],
  '2',
  { status: 'failed', reason: 'NaN' },
  { changes: { from: 'x', values: { 'train.seed': { before: '1', after: '2' } } } },
);
writeRun('other/2026-01-03-000000-cccc', [], '1', { status: 'killed' });

describe('runs', () => {
  test('are listed, the newest last, with their best by the way that is good', async () => {
    const table = await lines('runs', 'tiny', ...runs);
    expect(table).toEqual([
      'run status steps best at time what it changes'.replace(' at', ''),
      `${FIRST} finished 4 val/psnr 25 at 4 7s slow`,
      `${SECOND} failed 4 val/psnr 30 at 2 7s train.seed 1 -> 2 slow`,
      '',
    ]);
    expect((await lines('runs', ...runs, '--last', '1')).slice(1)).toEqual([
      'other/2026-01-03-000000-cccc killed 4 5s slow',
      '2 older ones: gan runs --last 0',
      '',
    ]);
    expect(await lines('runs', ...runs, '--last', '0')).toHaveLength(5);
    const json = JSON.parse((await gan('runs', 'tiny', ...runs, '--format', 'json')).stdout) as unknown[];
    expect(json[1]).toMatchObject({
      name: 'tiny',
      status: 'failed',
      reason: 'NaN',
      step: 4,
      steps: 4,
      best: { value: 30, step: 2 },
      health: ['slow'],
      parent: null,
    });
    expect((await lines('runs', 'none', ...runs))[0]).toBe(
      'There is no run in runs yet. Train one: gan run RECIPE',
    );
  });

  test('are shown one by one: `last`, a beginning of an id, `name/last`', async () => {
    expect((await lines('show', ...runs))[0]).toBe('run tiny/2026-01-03-000000-cccc');
    const shown = await lines('show', 'tiny/last', ...runs);
    expect(shown.slice(0, 5)).toEqual([
      `run ${SECOND}`,
      'status failed: NaN',
      'steps 4, 1 epoch',
      'time 7s',
      'differs train.seed 1 -> 2 (from x)',
    ]);
    expect(shown).toEqual(
      expect.arrayContaining([
        'G/l1',
        'val/psnr',
        'metric last best',
        'val/psnr 21 30 at 2',
        'health step 3, slow: Slow.',
        `more gan watch ${SECOND}`,
      ]),
    );
    expect(shown).not.toContain('G/l1/real');
    expect(await lines('show', '2026-01-01', ...runs, '--only', 'G/')).toEqual(
      expect.arrayContaining(['G/l1', 'G/l1/real']),
    );
    expect(await lines('show', '2026-01-01', ...runs, '--only', 'G/')).not.toContain('val/psnr');
    expect((await gan('show', '2026-01-0', ...runs)).stderr).toContain('may be any of 3 runs');
  });

  test('are compared: what came of them, and what differs', async () => {
    const compared = await lines('compare', FIRST, SECOND, ...runs, '--out', at('page.html'));
    expect(compared.filter((line) => /^(status|steps|time|val|train.seed 1 2)/.test(line))).toEqual([
      'status finished failed',
      'steps 4 4',
      'time 7s 7s',
      'val/psnr 25 at 4 30 at 2',
      'train.seed 1 2',
    ]);
    expect(compared.at(-2)).toBe('curves and pictures page.html');
    expect(existsSync(at('page.html'))).toBe(true);
    const json = await gan('compare', FIRST, SECOND, ...runs, '--out', at('page.html'), '--format', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      runs: [{ status: 'finished' }, { status: 'failed' }],
      page: 'page.html',
    });
    expect(await gan('compare', FIRST, '2026-01-01', ...runs, '--out', at('page.html'))).toMatchObject({
      code: 2,
    });
    expect(await lines('report', FIRST, ...runs)).toEqual([`runs/${FIRST}/report.html`, '']);
    expect(readFileSync(at(`runs/${FIRST}/report.html`), 'utf8')).toContain('val/psnr');
  });
});

describe('what can be named', () => {
  test('is listed and described, with its kind or without', async () => {
    const json = async (...args: readonly string[]) =>
      JSON.parse((await gan(...args, '--format', 'json')).stdout) as Record<string, string>[];
    const all = await json('list');
    expect(new Set(all.map(({ kind }) => kind)).size).toBeGreaterThan(5);
    expect(await json('list', 'losses')).toEqual(all.filter(({ kind }) => kind === 'loss'));
    expect((await lines('list', 'loss'))[0]).toBe('losses');
    expect(await json('describe', 'loss', 'hinge')).toMatchObject({ kind: 'loss', type: 'hinge' });
    expect(await json('describe', 'hinge')).toMatchObject({ kind: 'loss', type: 'hinge' });
    expect((await lines('describe', 'hinge')).join(' ')).toContain('hinge');
    expect((await json('list', 'errors')).map(({ code }) => code)).toContain('unknown-loss');
    expect(await lines('list', 'warnings')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^unknown-loss [A-Z]/)]),
    );
    expect(await json('describe', 'error', 'unknown-loss')).toMatchObject({
      code: 'unknown-loss',
      output: expect.stringContaining('error unknown-loss') as string,
    });
    expect((await lines('describe', 'error', 'unknown-loss')).slice(0, 2)).toEqual(['unknown-loss', '']);
  });

  test.each([
    [['list', 'lossen'], /"lossen" is no kind of definition\.\n.*Did you mean/],
    [['describe'], /Describe what\?/],
    [['describe', 'metric', 'hinge'], /There is no metric "hinge"\.\n {2}gan describe loss hinge/],
    [['describe', 'loss', 'hinje'], /There is no loss "hinje"\.\n.*Did you mean "hinge"/],
    [['describe', 'hinje'], /There is no "hinje"\.\n.*Did you mean "hinge"/],
    [['describe', 'loss'], /Which loss\?\n {2}gan list losses, or: gan describe loss /],
    [['describe', 'l1'], /"l1" is several things\.\n {2}gan describe \w+ l1, or gan describe \w+ l1/],
    [['describe', 'error', 'unknown-los'], /There is no error "unknown-los"\.\n.*unknown-loss/],
    [
      ['explain', at('tiny.yaml'), 'train', '--expand'],
      /--expand prints a whole recipe\.\n {2}Leave train out/,
    ],
    [['plan', at('tiny.yaml'), '--graph', 'x.png'], /--graph draws SVG/],
    [['plan', at('grid.yaml'), '--steps', '3'], /are for recipes, and this is an ablation/],
    [['plan', at('grid.yaml'), '--measure'], /are for recipes, and this is an ablation/],
    [['sync', ...runs], /Where is the MLflow server\?/],
    [['worker'], /Where is the queue\?/],
    [['worker', '--queue', 'http://me:secret@h'], /http:\/\/me@h is no address of a Redis server/],
    [['sweep', 'status', 'none', ...runs], /There is no sweep "none" in runs\./],
    [['sweep', at('grid.yaml'), ...runs, '--only', 'rat=1'], /"rat" is no axis\.\n {2}Did you mean "rate"/],
    [['sweep', at('grid.yaml'), ...runs, '--index', '4'], /no run 4\.\n {2}Indices go from 0 to 3/],
    [['sweep', at('grid.yaml'), ...runs, '--store', 'mlflow'], /there is no --queue/],
    [
      ['sweep', at('grid.yaml'), ...runs, '--store', 'mlflow', '--queue', 'redis://h'],
      /no server is known here/,
    ],
    [['sweep', at('halved.yaml'), ...runs, '--index', '0'], /only once all others have been compared/],
    [['sweep', at('halved.yaml'), ...runs, '--only', 'seed=1'], /what is left out could not be compared/],
    [
      ['sweep', at('halved.yaml'), ...runs, '--queue', 'redis://h', '--detach'],
      /somebody has to say which trials go on/,
    ],
  ])('gan %j is refused', async (args, message) => {
    const { code, stderr } = await gan(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  test('is explained and planned, by --set and with flags that change the recipe', async () => {
    expect(await lines('explain', at('tiny.yaml'), 'train', '--steps', '9')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^for: 9 steps # --/)]),
    );
    const value = JSON.parse(
      (await gan('explain', at('tiny.yaml'), 'train.batch', '--set', 'train.batch=3', '--format', 'json'))
        .stdout,
    ) as unknown;
    expect(JSON.stringify(value)).toContain('3');
    expect((await lines('explain', at('tiny.yaml'), '--expand')).join('\n')).toMatch(/id: encoder\/e1\/conv/);
    const plan = await lines(
      'plan',
      at('tiny.yaml'),
      '--epochs',
      '2',
      '--set',
      'data.pairs.train=8',
      '--engine',
      'cpu',
      '--threads',
      '2',
      '--graph',
      at('g.svg'),
    );
    expect(plan).toEqual(
      expect.arrayContaining([
        'data pairs 8 train, 16 val (synthetic-maps)'.replace(
          '16',
          String(/pairs .* (\d+) val/.exec(plan.join('\n'))![1]),
        ),
        'steps 8 (2 epochs), of batches of 2',
        expect.stringMatching(/^disk .*; .* are free here$/),
        expect.stringMatching(/^computed cpu, 2 threads; .*LOP a step$/),
        'graph g.svg',
      ]),
    );
    expect(readFileSync(at('g.svg'), 'utf8')).toContain('<svg');
    expect(await lines('plan', at('grid.yaml'))).toContain('4 trials, 4 runs');
    expect((await lines('schema', '--out', at('schemas')))[0]).toMatch(
      /schemas\/settings\.schema\.json: what ships, no plugin/,
    );
    const schema = JSON.parse(readFileSync(at('schemas/settings.schema.json'), 'utf8')) as {
      properties: object;
    };
    expect(schema.properties).toMatchObject({ tracking_uri: { title: 'tracking uri', type: 'string' } });
  });
});

describe('gan sweep', () => {
  const vary =
    'vary:\n  rate: { path: optimizer.learning_rate, values: [2e-4, 1e-3] }\n  seed: { path: train.seed, values: [1, 2] }\n';
  writeFileSync(
    at('base.yaml'),
    `${TINY_RECIPE}evaluate: { every: 2 steps, metrics: [l1] }\ncheckpoint: { every: 3 steps, keep: 2 }\n`,
  );
  const report = 'report: { metrics: [val/l1], rows: rate, average: seed }\n';
  writeFileSync(at('grid.yaml'), `name: grid\nbase: ./base.yaml\n${vary}${report}`);
  writeFileSync(
    at('halved.yaml'),
    `name: halved\nbase: ./base.yaml\n${vary}${report}search: { type: halving, metric: val/l1, rungs: [2 steps, 4 steps], keep: 0.5 }\n`,
  );

  test('--dry-run names, counts and orders the runs, and says what they take', async () => {
    const said = await lines('sweep', at('grid.yaml'), ...runs, '--dry-run', '--jobs', '2', '--threads', '1');
    expect(said).toEqual(
      expect.arrayContaining([
        'sweep grid',
        'rate 0.0002, 0.001',
        'seed 1, 2',
        'trials 4: 4 queued',
        'folder runs/grid',
      ]),
    );
    expect(said.find((line) => line.startsWith('at once'))).toMatch(
      /^at once 2 trials with 1 thread each, .* again 2 times$/,
    );
    // One seed of all first.
    expect(said.slice(-6, -1)).toEqual([
      'rate seed state steps val/l1',
      '0 0.0002 1 queued 0/6',
      '2 0.001 1 queued 0/6',
      '1 0.0002 2 queued 0/6',
      '3 0.001 2 queued 0/6',
    ]);
    const some = await lines(
      'sweep',
      at('grid.yaml'),
      ...runs,
      '--dry-run',
      '--only',
      'rate=0.001',
      '--steps',
      '9',
      '--retries',
      '1',
    );
    expect(some.slice(-3, -1)).toEqual(['2 0.001 1 queued 0/9', '3 0.001 2 queued 0/9']);
    expect(some).toContain('trials 4; 2 chosen: 2 queued');
    expect(some.join('\n')).toContain('again once');
    expect(existsSync(at('runs/grid'))).toBe(false);
  });
});

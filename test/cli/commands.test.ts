import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { formatLine } from '../../src/record/journal-line.js';
import { allEntries } from '../../src/reference/entry.js';
import { registry, TINY_RECIPE } from '../support/plan.js';
import { ganHere } from './support/gan-here.js';

const work = mkdtempSync(join(tmpdir(), 'gan-commands-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const at = (name: string): string => join(work, name);
/** `@` is the folder it is started in. */
const gan = (command: string) => ganHere(work, ...command.replaceAll(' @', ` ${work}/`).split(' '));
/** What a command prints, its spaces one. */
async function printed(command: string): Promise<string> {
  const { code, stdout, stderr } = await gan(command);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.replace(/^ +| +$/gm, '').replace(/ +/g, ' ');
}
const json = async (command: string) =>
  JSON.parse(await printed(`${command} --format json`)) as Record<string, unknown>[];

writeFileSync(at('tiny.yaml'), TINY_RECIPE);
/** A run with its metrics at steps 2 and 4. */
function writeRun(path: string, psnr: readonly number[], seed: string, end: object, more = {}): void {
  mkdirSync(at(`runs/${path}`), { recursive: true });
  for (const name of ['recipe', 'resolved'])
    writeFileSync(at(`runs/${path}/${name}.yaml`), TINY_RECIPE.replace('seed: 1', `seed: ${seed}`));
  const losses = { losses: { 'G/l1': 1, 'G/l1/real': 9 }, learningRates: {}, images: 2, ms: 5, waitMs: 1 };
  const finding = { level: 'warning', check: 'slow', text: 'Slow.', evidence: 'It is.', remedy: 'Wait.' };
  const events = [
    { type: 'start', step: 0, recipeFolder: work, steps: 4, versions: {}, machine: {} },
    { type: 'params', step: 0, params: { 'train.seed': seed, same: 'x' }, ...more },
    ...[1, 2].map((step) => ({ type: 'step', step, epoch: step / 2, ...losses })),
    ...psnr.map((value, i) => ({ type: 'evaluation', step: 2 * i + 2, metrics: { 'val/psnr': value } })),
    { type: 'health', step: 3, ...finding },
    { type: 'end', step: 4, ...end },
  ];
  const journal = events.map((event, i) => formatLine(event as never, 1000 * i));
  writeFileSync(at(`runs/${path}/events.jsonl`), journal.join(''));
}
const FIRST = 'tiny/2026-01-01-000000-aaaa';
const SECOND = 'tiny/2026-01-02-000000-bbbb';
const THIRD = 'other/2026-01-03-000000-cccc';
writeRun(FIRST, [20, 25], '1', { status: 'finished' });
const values = { 'train.seed': { before: '1', after: '2' } };
writeRun(SECOND, [30, 21], '2', { status: 'failed', reason: 'NaN' }, { changes: { from: 'x', values } });
writeRun(THIRD, [], '1', { status: 'killed' });

test('runs are listed, the newest last, with their best by the way that is good', async () => {
  expect(await printed('runs tiny --runs @runs')).toBe(`run status steps best time what it changes
${FIRST} finished 4 val/psnr 25 at 4 7s slow
${SECOND} failed 4 val/psnr 30 at 2 7s train.seed 1 -> 2 slow
`);
  expect(await printed('runs --runs @runs --last 1')).toMatch(
    /\n.*cccc killed 4 5s slow\n2 older ones: gan runs --last 0\n$/,
  );
  expect((await printed('runs --runs @runs -n 0')).split('\n')).toHaveLength(5);
  const best = { value: 30, step: 2 };
  const described = { status: 'failed', reason: 'NaN', step: 4, steps: 4, best, health: ['slow'] };
  expect((await json('runs tiny --runs @runs'))[1]).toMatchObject(described);
  expect(await printed('runs none --runs @runs')).toContain('There is no run in runs yet.');
});

test('runs are shown one by one: `last`, a beginning of an id, `name/last`', async () => {
  expect(await printed('show --runs @runs')).toMatch(new RegExp(`^run ${THIRD}\n[^]* gan watch ${THIRD}\n$`));
  const shown = await printed('show tiny/last --runs @runs');
  expect(shown).toMatch(
    `run ${SECOND}\nstatus failed: NaN\nsteps 4, 1 epoch\ntime 7s\ndiffers train.seed 1 -> 2 (from x)\n`,
  );
  expect(shown).toMatch(
    /\nG\/l1\n[^]*\nval\/psnr\n[^]*\nmetric last best\nval\/psnr 21 30 at 2\nhealth step 3, slow: Slow\.\n/,
  );
  expect(shown).not.toContain('G/l1/real');
  const only = await printed('show 2026-01-01 --runs @runs --only G/');
  expect([only.includes('\nG/l1/real\n'), only.includes('\nval/psnr\n')]).toEqual([true, false]);
});

test('runs are compared: what came of them, and what differs', async () => {
  const command = `compare ${FIRST} ${SECOND} --runs @runs --out @page.html`;
  const compared = await printed(command);
  expect(compared).toMatch(
    /\nstatus finished failed\nsteps 4 4\ntime 7s 7s\nval\/psnr 25 at 4 30 at 2\n[^]*\ntrain.seed 1 2\n\ncurves and pictures page.html\n$/,
  );
  expect(existsSync(at('page.html'))).toBe(true);
  expect(await json(command)).toMatchObject({ runs: [{ status: 'finished' }, { status: 'failed' }] });
  expect(await printed(`report ${FIRST} --runs @runs`)).toBe(`runs/${FIRST}/report.html\n`);
});

test('what can be named is listed and described, with its kind or without', async () => {
  const all = await json('list');
  expect(await json('list losses')).toEqual(all.filter(({ kind }) => kind === 'loss'));
  expect(await printed('list loss')).toMatch(/^losses\n/);
  for (const words of ['loss hinge', 'hinge'])
    expect(await json(`describe ${words}`)).toMatchObject({ kind: 'loss', type: 'hinge' });
  const hinge = allEntries(registry).find(({ type }) => type === 'hinge');
  expect(await json('describe hinge')).toEqual(hinge);
  // As a recipe calls it in its role: `norm: batch`.
  expect(await printed('describe batch')).toMatch(/^batch-norm /);
  expect(await printed('describe layer group')).toMatch(/^group-norm /);
  expect(await json('list errors')).toContainEqual(expect.objectContaining({ code: 'unknown-loss' }));
  expect(await printed('list warnings')).toMatch(/^unknown-loss [A-Z]/m);
  expect(await printed('describe error unknown-loss')).toMatch(
    /^unknown-loss\n\n[^]*\nExample\n.* error unknown-loss/,
  );
});

test.each([
  ['list lossen', /"lossen" is no kind of definition\.\n.*Did you mean/],
  ['list eror', /no kind of definition\.\n {2}Did you mean "errors"/],
  ['describe', /Describe what\?\n {2}gan describe loss hinge, .*gan list/],
  ['describe metric hinge', /There is no metric "hinge"\.\n {2}gan describe loss hinge/],
  ['describe loss hinje', /There is no loss "hinje"\.\n.*Did you mean "hinge"/],
  ['describe hinje', /There is no "hinje"\.\n.*Did you mean "hinge"/],
  ['describe loss', /Which loss\?\n {2}gan list losses, or: gan describe loss /],
  ['describe losses', /Which loss\?\n.*gan list losses/],
  ['describe l1', /"l1" is several things\.\n {2}gan describe \w+ l1, or gan describe \w+ l1/],
  ['describe error unknown-los', /There is no error "unknown-los"\.\n.*unknown-loss/],
  ['explain @tiny.yaml train --expand', /--expand prints a whole recipe\./],
  ['plan @tiny.yaml --graph x.png', /--graph draws SVG/],
  ['plan @grid.yaml --steps 3', /are for recipes, and this is an ablation/],
  ['plan @grid.yaml --measure', /are for recipes, and this is an ablation/],
  ['compare tiny/last 2026-01-02 --runs @runs', /nothing to compare one run with/],
  ['show 2026-01-0 --runs @runs', /may be any of 3 runs/],
  ['sync --runs @runs', /Where is the MLflow server\?/],
  ['worker --queue http://me:secret@h', /http:\/\/me@h is no address of a Redis server/],
  ['sweep status none --runs @runs', /There is no sweep "none" in runs\./],
  ['sweep @grid.yaml --runs @runs --only rat=1', /"rat" is no axis\.\n {2}Did you mean "rate"/],
  ['sweep @grid.yaml --runs @runs --index 4', /no run 4\.\n {2}Indices go from 0 to 3/],
  ['sweep @grid.yaml --runs @runs --store mlflow', /there is no --queue/],
  ['sweep @grid.yaml --runs @runs --store mlflow --queue redis://h', /no server is known here/],
  ['sweep @halved.yaml --runs @runs --index 0', /only once all others have been compared/],
  ['sweep @halved.yaml --runs @runs --only seed=1', /what is left out could not be compared/],
  ['sweep @halved.yaml --runs @runs --queue redis://h --detach', /somebody has to say which trials go on/],
])('gan %s is refused', async (command, message) => {
  const { code, stderr } = await gan(command);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});

test('a recipe is explained and planned with flags that change it, and schemas are written', async () => {
  expect(await printed('explain @tiny.yaml train --steps 9')).toMatch(/^for: 9 steps # --/m);
  const [batch, origin] = ['train.batch=3', { kind: 'option', before: [{ value: 2 }] }];
  expect(await printed(`explain @tiny.yaml train --set ${batch}`)).toMatch(
    /^batch: 3 # --set train.batch=3; was 2 in tiny.yaml:\d+$/m,
  );
  expect(await json(`explain @tiny.yaml train.batch --set ${batch}`)).toMatchObject({
    recipe: 'tiny',
    values: [{ path: 'train.batch', value: 3, origin }],
  });
  const lowest = (await gan('explain @tiny.yaml --expand')).stdout;
  expect(lowest).toContain('id: encoder/e1/conv');
  writeFileSync(at('lowest.yaml'), lowest);
  expect(await printed('check @lowest.yaml')).toBe('ok lowest.yaml\n');
  const flags =
    '--epochs 2 --set data.pairs.train=8 --set data.pairs.val=3 --engine cpu --threads 2 --graph @g.svg';
  expect(await printed(`plan @tiny.yaml ${flags}`)).toMatch(
    /\nRun\ndata pairs 8 train, 3 val \(synthetic-maps\)\nsteps 8 \(2 epochs\), of batches of 2\ndisk .*; .* are free here\ntime .*\ncomputed cpu, 2 threads; .*LOP a step\n\ngraph g.svg\n$/,
  );
  expect(readFileSync(at('g.svg'), 'utf8')).toContain('<svg');
  expect(await printed('plan @grid.yaml')).toContain('4 trials, 4 runs');
  expect(await printed('schema --out @schemas')).toMatch(
    /schemas\/settings\.schema\.json: what ships, no plugin/,
  );
  expect(readFileSync(at('schemas/settings.schema.json'), 'utf8')).toMatch(
    /"tracking_uri": \{\s*"title": "tracking uri"/,
  );
});

const rest = 'evaluate: { every: 2 steps, metrics: [l1] }\ncheckpoint: { every: 3 steps, keep: 2 }\n';
writeFileSync(at('base.yaml'), TINY_RECIPE + rest);
const grid = `base: ./base.yaml
vary:
  rate: { path: optimizer.learning_rate, values: [2e-4, 1e-3] }
  seed: { path: train.seed, values: [1, 2] }
report: { metrics: [val/l1], rows: rate, average: seed }
`;
const search = 'search: { type: halving, metric: val/l1, rungs: [2 steps, 4 steps], keep: 0.5 }\n';
writeFileSync(at('grid.yaml'), `name: grid\n${grid}`);
writeFileSync(at('halved.yaml'), `name: halved\n${grid}${search}`);

test('gan sweep --dry-run names, counts and orders the runs, and says what they take', async () => {
  const all = await printed('sweep @grid.yaml --runs @runs --dry-run --jobs 2 --threads 1');
  expect(all).toMatch(
    /^sweep grid\nrate 0.0002, 0.001\nseed 1, 2\ntrials 4: 4 queued\nat once 2 trials with 1 thread each, .* again 2 times\n/,
  );
  // One seed of all first.
  expect(all).toMatch(
    /\nfolder runs\/grid\n\nrate seed state steps val\/l1\n0 0.0002 1 queued 0\/6\n2 0.001 1 queued 0\/6\n1 0.0002 2 queued 0\/6\n3 0.001 2 queued 0\/6\n$/,
  );
  const some = await printed(
    'sweep @grid.yaml --runs @runs --dry-run --only rate=0.001 --steps 9 --retries 1',
  );
  expect(some).toMatch(
    /\ntrials 4; 2 chosen: 2 queued\n.* again once\n[^]*\n2 0.001 1 queued 0\/9\n3 0.001 2 queued 0\/9\n$/,
  );
  expect(existsSync(at('runs/grid'))).toBe(false);
});

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { gan, startGan } from '../support/gan.js';
import { Gate } from '../support/gate.js';
import { childrenOf, hasSaved, runsOf, until, weightsOf, workplace } from '../sweep/support/workplace.js';

const root = mkdtempSync(join(tmpdir(), 'gan-sweep-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const LOSS = `
  loss:
    variants:
      L1: { game.play: [G], game.updates.G.losses.adversarial: null }
      both: {}`;
const SEEDS = 'seed: { path: train.seed, values: [1, 2] }';
const LONG = `vary:\n  ${SEEDS}\n`;

describe('gan sweep', () => {
  const cwd = workplace(join(root, 'plain'), {
    small: `vary:${LOSS}\n  patch: { path: networks.D.patch, values: [1, 16] }\n  ${SEEDS}\nreport: { metrics: [val/l1], rows: loss, columns: patch, average: seed }\n`,
    wrong: `vary:\n  patch: { path: networks.D.patch, values: [1, 0.5] }\n  width: { path: networks.G.filters, values: [4, -4] }\n`,
    bad: `vary:\n  rate: { path: optimizer.learning_rate, values: [2e-4, 1e30] }\n`,
  });

  test('tells all that is wrong with its trials at once, where it is written', async () => {
    const { code, stderr } = await gan(cwd, 'sweep', 'wrong.yaml');
    expect(code).toBe(2);
    expect(stderr).toMatch(/wrong\.yaml:4:\d+ error/);
    expect(stderr).toMatch(/wrong\.yaml:5:\d+ error/);
    expect(existsSync(join(cwd, 'runs'))).toBe(false);
  });

  test('runs what --only and --index choose, then the rest; equal trials once', async () => {
    const one = await gan(cwd, 'sweep', 'small.yaml', '--index', '0');
    expect(one.code).toBe(0);
    expect(runsOf(cwd, 'small')).toHaveLength(1);
    expect((await gan(cwd, 'sweep', 'small.yaml', '--index', '6')).stderr).toContain(
      'Indices go from 0 to 5',
    );
    const some = await gan(cwd, 'sweep', 'small.yaml', '--only', 'patch=16', '--only', 'seed=1');
    expect(some.stdout).toContain('2 done');
    expect(runsOf(cwd, 'small')).toHaveLength(2);
    const unknown = await gan(cwd, 'sweep', 'small.yaml', '--only', 'path=16');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('Did you mean "patch"?');
    const all = await gan(cwd, 'sweep', 'small.yaml');
    expect(all.code).toBe(0);
    expect(all.stderr).toContain('6 runs: 2 done, 4 queued');
    expect(runsOf(cwd, 'small')).toHaveLength(6);
    const again = await gan(cwd, 'sweep', 'small.yaml');
    expect(again.stderr).not.toContain(' runs\n');
    expect(again.stdout).toContain('6 done');
    expect(again.stdout).toMatch(/\| both \| .* ± .*\|/);
    const folder = join(cwd, 'runs', 'small');
    expect(readFileSync(join(folder, 'table.tex'), 'utf8')).toContain('\\toprule');
    expect(readFileSync(join(folder, 'runs.csv'), 'utf8').trim().split('\n')).toHaveLength(1 + 8);
    const { width, height } = await sharp(join(folder, 'pictures.png')).metadata();
    // Source, four variants, target; two inputs.
    expect(width).toBeGreaterThan(2 * height);
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(page).toContain('8 trials, 2 of them the same as another');
    expect(page).toMatch(/networks\.D\.patch<\/code>/);
    expect(page).not.toMatch(/(src|href)="https?:/);
    const status = await gan(cwd, 'sweep', 'status', 'small');
    expect(status.stdout).toMatch(/0 +L1 \(\+1\) +1 +1 +done +6 +\d/);
    // Options of a subcommand are its own, not those of `gan sweep`.
    const elsewhere = await gan(root, 'sweep', 'status', 'small', '--runs', join(cwd, 'runs'));
    expect(elsewhere.stdout).toBe(status.stdout);
  });

  test('has a trial fail alone, and says why', async () => {
    const { code, stderr, stdout } = await gan(cwd, 'sweep', 'bad.yaml', '--jobs', '1');
    expect(code).toBe(1);
    expect(stdout).toContain('1 done, 1 failed');
    expect(stderr).toMatch(/failed 1 rate=1e\+30: Loss G.adversarial is NaN in step 1/);
    const status = await gan(cwd, 'sweep', 'status', 'bad.yaml');
    expect(status.stdout).toMatch(/failed +\d+ +Loss G.adversarial is NaN in step 1/);
  });

  test('sets what is there aside with --no-resume', async () => {
    const { code } = await gan(cwd, 'sweep', 'bad.yaml', '--no-resume', '--only', 'rate=0.0002');
    expect(code).toBe(0);
    expect(runsOf(cwd, 'bad')).toHaveLength(1);
    expect(readdirSync(join(cwd, 'runs')).filter((name) => name.startsWith('bad-'))).toHaveLength(1);
  });
});

describe('a sweep that is disturbed', () => {
  const cwd = workplace(
    join(root, 'disturbed'),
    {
      whole: LONG,
      halted: LONG,
      killed: LONG,
      orphaned: LONG,
      cancelled: LONG,
    },
    { held: true },
  );
  const STEPS = ['--steps', '40'];
  const ENDLESS = ['--steps', '100000'];
  const whole = gan(cwd, 'sweep', 'whole.yaml', ...STEPS).then(() => weightsOf(cwd, 'whole', 40));

  test('by Ctrl-C ends its trials with a checkpoint, and goes on to the same result', async () => {
    const expected = await whole;
    expect(Object.keys(expected)).toHaveLength(2);
    const gate = new Gate(cwd, 'halted');
    const { child, ended, readStderr } = startGan(cwd, ['sweep', 'halted.yaml', ...STEPS], gate.env);
    await until(() => hasSaved(cwd, 'halted', 2));
    child.kill('SIGINT');
    await until(() => readStderr().includes('Stopping'));
    gate.open();
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toContain('Go on with  gan sweep halted.yaml');
    expect((await gan(cwd, 'sweep', 'status', 'halted')).stdout).toMatch(/stopped/);
    expect((await gan(cwd, 'sweep', 'halted.yaml', ...STEPS)).code).toBe(0);
    expect(weightsOf(cwd, 'halted', 40)).toEqual(expected);
  });

  test.runIf(process.platform === 'linux')('by the death of a trial takes it up again', async () => {
    const gate = new Gate(cwd, 'killed');
    const { child, ended } = startGan(cwd, ['sweep', 'killed.yaml', ...STEPS], gate.env);
    await until(() => hasSaved(cwd, 'killed', 2));
    const [trial] = childrenOf(child.pid!);
    process.kill(trial!, 'SIGKILL');
    gate.open();
    const { code, stderr } = await ended;
    expect(stderr).toMatch(/again \d seed=\d: its process was killed by SIGKILL/);
    expect(code).toBe(0);
    expect(weightsOf(cwd, 'killed', 40)).toEqual(await whole);
  });

  test.runIf(process.platform === 'linux')(
    'by its own death leaves no trial behind, and goes on',
    async () => {
      const { child, ended } = startGan(cwd, ['sweep', 'orphaned.yaml', ...ENDLESS]);
      await until(() => hasSaved(cwd, 'orphaned', 4));
      const trials = childrenOf(child.pid!);
      expect(trials.length).toBeGreaterThan(0);
      child.kill('SIGKILL');
      await ended;
      await until(() => trials.every((pid) => !existsSync(`/proc/${pid}`)));
      // What it was asked for changes: those were other trials.
      expect((await gan(cwd, 'sweep', 'orphaned.yaml', ...STEPS)).code).toBe(0);
      expect(Object.values(weightsOf(cwd, 'whole', 40))).toEqual(Object.values(await whole));
    },
  );

  test('by gan sweep cancel ends, and a later one goes on', async () => {
    const { ended } = startGan(cwd, ['sweep', 'cancelled.yaml', ...ENDLESS]);
    await until(() => hasSaved(cwd, 'cancelled', 4));
    expect((await gan(cwd, 'sweep', 'cancel', 'cancelled')).code).toBe(0);
    expect((await ended).code).toBe(130);
    expect((await gan(cwd, 'sweep', 'status', 'cancelled')).stdout).toContain('stopped');
    // A second sweep over the same folder has to wait for the first.
    const { child: holder, ended: held } = startGan(cwd, ['sweep', 'cancelled.yaml', ...ENDLESS]);
    await until(() => existsSync(join(cwd, 'runs', 'cancelled', 'lock')));
    const other = await gan(cwd, 'sweep', 'cancelled.yaml', ...ENDLESS);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('in use by process');
    holder.kill('SIGTERM');
    expect((await held).code).toBe(130);
  });

  test('by data that is missing begins nothing', async () => {
    writeFileSync(join(cwd, 'absent.yaml'), `name: absent\nbase: ./tiny.yaml\nvary:\n  ${SEEDS}\n`);
    const set = [
      '--set',
      'data.pairs.type=side-by-side',
      '--set',
      'data.pairs.path=./nowhere',
      '--set',
      'data.pairs.fields={ source: left, target: right }',
    ];
    const { code, stderr } = await gan(cwd, 'sweep', 'absent.yaml', ...set);
    expect(code).not.toBe(0);
    expect(stderr).toContain('nowhere');
    expect(existsSync(join(cwd, 'runs', 'absent'))).toBe(false);
  });
});

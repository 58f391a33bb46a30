import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gan, startGan } from '../support/gan.js';
import { TINY_RECIPE } from '../support/plan.js';
import { ganHere } from './support/gan-here.js';

const work = mkdtempSync(join(tmpdir(), 'gan-cli-'));
const TINY = join(work, 'tiny.yaml');
const at = (name: string): string => join(work, name);
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A user's mistake shows no stack. */
const noStack = (text: string) => expect(text).not.toMatch(/^\s+at .*\(|node:internal/m);

const EXTRA = `
sample: { every: 4 steps, split: val, count: 2 }
evaluate: { every: 4 steps, split: val, metrics: [l1, psnr, pixel-accuracy] }
checkpoint: { every: 4 steps, keep: 1 }
`;
writeFileSync(TINY, `${TINY_RECIPE}${EXTRA}`);

describe('the command line', () => {
  test('--help lists the commands, --version is the package’s', async () => {
    const help = await ganHere(work, '--help');
    expect(help.code).toBe(0);
    for (const command of ['run', 'predict', 'plan', 'check', 'report', 'sync', 'ui', 'engine', 'demo']) {
      expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect((await ganHere(work, '--version')).stdout.trim()).toBe(version);
  });

  test('whoever stops reading stops nothing else', async () => {
    const { child, ended } = startGan(work, ['describe', 'loss', 'l1']);
    child.stdout.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('the help of a command has the options that it heeds, and no default that says nothing', async () => {
    const { stdout: run } = await ganHere(work, 'run', '--help');
    expect(run).toContain('--threads <n>');
    expect(run).toContain('(repeatable)');
    expect(run).not.toMatch(/default: (\[\]|\{\})/);
    for (const command of [['runs'], ['show'], ['compare'], ['watch'], ['sync'], ['sweep', 'status']]) {
      const { stdout: help } = await ganHere(work, ...command, '--help');
      expect(help).toContain('--runs <dir>');
      expect(help).not.toMatch(/--(engine|device|threads|data-folder)/);
    }
  });

  test.each([
    [['trian'], /^error Unknown command 'trian'\.\n {2}`gan --help` lists the commands\./],
    [['pan'], /^error Unknown command 'pan'\.\n {2}Did you mean plan\? `gan --help`/],
    [
      ['run', TINY, '--stepz', '3'],
      /^error Unknown option '--stepz'\.\n {2}Did you mean one of --step, --steps\?/,
    ],
    [['run', TINY, '--lambda', '3'], /'--lambda'\.\n {2}What a recipe says is changed with `--set PATH=/],
    [['run', TINY, '--steps', 'many'], /'--steps <n>' argument 'many' is invalid\. It is a whole number/],
    [['run', TINY, '--epochs', '0'], /'--epochs <n>' argument '0' is invalid\. It is a number from 1/],
    [['show', '--port', '1'], /Unknown option '--port'\.\n {2}`gan show --help` lists the options/],
    [['plan'], /Missing required argument 'recipe'\.\n {2}Usage: gan plan \[options\] <recipe>\./],
    [['sweep', 'status'], /Missing required argument 'sweep'\.\n {2}Usage: gan sweep status/],
    [['check', '--format', 'xml'], /Allowed choices are text, json, github, sarif\.\n {2}`gan check --help`/],
    [['run', at('none.yaml')], /none\.yaml/],
    [['run', TINY, '--engine', 'cuda'], /There is no engine "cuda"/],
    [['run', TINY, '--set', 'train.sed=3'], /unknown-key.*\n.*\n.*\n.*Did you mean "seed"/],
    [['run', '--resume', 'last', '--runs', at('runs')], /There is no run in runs yet/],
    [['run'], /Which recipe\?/],
    [['predict', 'last', 'x.png', '--out', 'o', '--runs', at('runs')], /There is no run in runs yet/],
    [['engine', 'test', 'cuda'], /There is no engine "cuda"/],
    [['engine', 'test', 'ort', '--only', 'convs'], /no cases of "convs"[^]*convolutions/],
  ])('gan %j is refused with the reason, exit code 2, no stack', async (args, message) => {
    const { code, stderr } = await ganHere(work, ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    noStack(stderr);
    expect(existsSync(join(work, 'runs'))).toBe(false);
  });

  test('engine test holds an engine against cpu and prints what it found', async () => {
    const { code, stdout } = await gan(work, 'engine', 'test', 'ort', '--only', 'linear', 'indexing');
    expect(stdout).toMatch(/│ linear +│ +\d+ │ +0 │ +[\d.]+e-\d+ │/);
    expect(stdout).toMatch(/ort agrees in all \d+ cases/);
    expect(code).toBe(0);
    const json = await gan(work, 'engine', 'test', 'ort', '--only', 'linear', '--format', 'json');
    const report = JSON.parse(json.stdout) as { families: { cases: number }[] };
    expect(report.families).toMatchObject([{ name: 'linear', failed: [] }]);
    expect(report.families[0]!.cases).toBeGreaterThan(10);
  });

  test('a split that is missing is said before training, not when its pictures are due', async () => {
    mkdirSync(join(work, 'pairs', 'train'), { recursive: true });
    const pair = { width: 32, height: 16, channels: 3 as const, background: '#808080' };
    await sharp({ create: pair })
      .png()
      .toFile(join(work, 'pairs', 'train', '1.png'));
    const colours = 'data.pairs.fields.target.palette=["#000000", "#ffffff"]';
    const type = ['--set', 'data.pairs.type=side-by-side', '--set', colours];
    const args = ['run', TINY, ...type, '--data', at('pairs'), '--set', 'train.batch=1'];
    const { code, stderr } = await ganHere(work, ...args);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/val/);
    noStack(stderr);
    expect(existsSync(join(work, 'runs'))).toBe(false);
  });

  test('engine list says what can compute here', async () => {
    const { code, stdout } = await ganHere(work, 'engine', 'list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/ort\s.*yes/);
  });
});

describe('gan run', () => {
  let folder: string;
  let output: Awaited<ReturnType<typeof gan>>;
  beforeAll(async () => {
    output = await gan(
      work,
      'run',
      'tiny.yaml',
      '--set',
      'data.pairs.train=12',
      '--set',
      'data.pairs.val=3',
      '--runs',
      'made',
    );
    folder = join(work, 'made', 'tiny', readdirSync(join(work, 'made', 'tiny'))[0]!);
  });

  test('says before what it will do and cost, and after where everything is', () => {
    expect(output.code).toBe(0);
    for (const word of ['recipe', 'data', 'networks', 'engine', 'training', 'memory', 'time', 'folder']) {
      expect(output.stderr).toMatch(new RegExp(`^${word} `, 'm'));
    }
    expect(output.stderr).toMatch(/^training {2}6 steps of 2 images \(1 epoch in all\), /m);
    expect(output.stdout).toMatch(/finished after 6 steps/);
    for (const word of ['pictures', 'report', 'checkpoint'])
      expect(output.stdout).toMatch(new RegExp(`^${word} +made`, 'm'));
  });

  test('leaves the folder of the architecture', () => {
    expect(readdirSync(folder).sort()).toEqual([
      'checkpoints',
      'events.jsonl',
      'export',
      'networks.svg',
      'plan.txt',
      'recipe.yaml',
      'report.html',
      'resolved.yaml',
      'samples',
    ]);
    expect(readFileSync(join(folder, 'recipe.yaml'), 'utf8')).toBe(`${TINY_RECIPE}${EXTRA}`);
    expect(readdirSync(join(folder, 'checkpoints'))).toEqual(['step-6']);
    expect(readdirSync(join(folder, 'samples'))).toEqual(['step-4.png', 'step-6.png']);
    const types = readFileSync(join(folder, 'events.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types.filter((type) => type === 'step')).toHaveLength(6);
    expect([types[0], types.at(-1)]).toEqual(['start', 'end']);
  });

  test('the report needs no network', () => {
    const html = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(html).not.toMatch(/(src|href)="https?:/);
    expect(html).toContain('val/pixel-accuracy');
    expect(html).toContain('1 epoch<');
  });

  test('says how to use its networks, and of a run that is done that nothing is left', async () => {
    const [shown] = /Use it with {2}gan predict (\S+) IMAGES --out DIR/.exec(output.stdout) ?? [];
    expect(shown).toBeDefined();
    const copy = join(work, 'again', 'tiny', 'copy');
    cpSync(folder, copy, { recursive: true });
    const { code, stderr } = await gan(work, 'run', '--resume', copy, '--runs', 'again');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^training {2}none: all 6 steps are done; --steps or --epochs makes/m);
    expect(stderr).not.toMatch(/^time /m);
    expect((await gan(work, 'show', copy, '--no-picture')).stdout).toMatch(/^steps +6, 1 epoch$/m);
  });

  test('predict draws with the saved generator, at any size that it admits, or says why not', async () => {
    for (const [name, width, height] of [
      ['a', 16, 16],
      ['b', 48, 24],
      ['c', 20, 16],
    ] as const) {
      const pixels = { width, height, channels: 3 as const, background: '#4080c0' };
      await sharp({ create: pixels })
        .png()
        .toFile(join(work, `${name}.png`));
    }
    const good = await gan(work, 'predict', folder, 'a.png', 'b.png', '--out', 'drawn', '--runs', 'made');
    expect(good.stderr).toContain('2/2');
    expect(good.code).toBe(0);
    expect(await sharp(join(work, 'drawn', 'b.png')).metadata()).toMatchObject({
      width: 48,
      height: 24,
      channels: 3,
    });

    // Read ahead of its turn, it must neither stop what comes before it nor keep its name to itself.
    writeFileSync(join(work, 'd.png'), readFileSync(join(work, 'b.png')).subarray(0, 70));
    const torn = await gan(
      work,
      'predict',
      folder,
      'a.png',
      'b.png',
      'd.png',
      '--out',
      'torn',
      '--runs',
      'made',
    );
    expect(torn.code).toBe(1);
    expect(torn.stderr).toContain('d.png cannot be decoded');
    expect(readdirSync(join(work, 'torn'))).toEqual(['a.png', 'b.png']);
    noStack(torn.stderr);

    const bad = await gan(work, 'predict', folder, 'a.png', 'c.png', '--out', 'refused', '--runs', 'made');
    expect(bad.code).toBe(2);
    expect(bad.stderr).toMatch(/c\.png is 20x16 pixels.*cannot be stacked.*\n.*--size/);
    expect(existsSync(join(work, 'refused'))).toBe(false);
    noStack(bad.stderr);
  });

  test('a loss that is not finite ends the run with step, name and the last good checkpoint', async () => {
    const args = [
      '--set',
      'optimizer.learning_rate=1e30',
      '--set',
      'game.play=[G, D]',
      '--set',
      'checkpoint.every=1 step',
      '--runs',
      'lost',
    ];
    const { code, stderr } = await gan(work, 'run', 'tiny.yaml', ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Loss \w+\/[\w/]+ is (NaN|-?Infinity) in step \d/);
    expect(stderr).toMatch(/Last good checkpoint: .*step-\d/);
    noStack(stderr);
  });
});

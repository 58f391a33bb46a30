import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { gan } from '../support/gan.js';
import { TINY_RECIPE } from '../support/plan.js';

const work = mkdtempSync(join(tmpdir(), 'gan-weights-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
writeFileSync(join(work, 'tiny.yaml'), TINY_RECIPE);
const small = ['--set', 'data.pairs.train=4', '--set', 'data.pairs.val=1'];

const saved = (runs: string, step: number, file: string): string => {
  const [id] = readdirSync(join(work, runs, 'tiny')).filter((name) => !name.startsWith('.'));
  return join(work, runs, 'tiny', id!, 'checkpoints', `step-${step}`, file);
};

test('a network starts from a run’s or a file’s weights, and stays there where nothing trains it', async () => {
  const first = await gan(
    work,
    'run',
    'tiny.yaml',
    '--runs',
    'runs',
    '--steps',
    '2',
    '--set',
    'networks.G.ema=0.5',
    ...small,
  );
  expect(first).toMatchObject({ code: 0 });
  const run = saved('runs', 2, '..').split('/checkpoints')[0]!;
  copyFileSync(saved('runs', 2, 'G.safetensors'), join(work, 'G.safetensors'));

  const frozen = ['--steps', '1', '--set', 'game.play=[D]', ...small];
  const fromRun = ['--set', `networks.G.weights=${run}#G`, '--runs', 'from-run'];
  expect(await gan(work, 'run', 'tiny.yaml', ...frozen, ...fromRun)).toMatchObject({ code: 0 });
  // Of a run that keeps averages, what it makes its outputs with.
  expect(readFileSync(saved('from-run', 1, 'G.safetensors'))).toEqual(
    readFileSync(saved('runs', 2, 'G.average.safetensors')),
  );

  const fromFile = ['--set', 'networks.G.weights=./G.safetensors', '--runs', 'from-file'];
  expect(await gan(work, 'run', 'tiny.yaml', ...frozen, ...fromFile)).toMatchObject({ code: 0 });
  expect(readFileSync(saved('from-file', 1, 'G.safetensors'))).toEqual(
    readFileSync(join(work, 'G.safetensors')),
  );

  const other = ['--set', 'networks.G.decoder.d1.filters=5', '--runs', 'other'];
  const refused = await gan(
    work,
    'run',
    'tiny.yaml',
    ...frozen,
    ...other,
    '--set',
    'networks.G.weights=./G.safetensors',
  );
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toMatch(
    /The weights of G do not fit: decoder\/d1\/conv\/kernel is 4x4x4x16 in .*G\.safetensors, and 4x4x5x16 here\./,
  );
  const missing = await gan(
    work,
    'run',
    'tiny.yaml',
    ...frozen,
    '--runs',
    'other',
    '--set',
    'networks.G.weights=./none',
  );
  expect(missing).toMatchObject({ code: 2 });
  expect(missing.stderr).toMatch(/The weights .*none cannot be read: /);
  expect(existsSync(join(work, 'other'))).toBe(false);
});

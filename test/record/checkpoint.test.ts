import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import type { NamedArray, TrainState } from '../../src/core/state.js';
import {
  checkpointSteps,
  discardCheckpointsAfter,
  pruneCheckpoints,
} from '../../src/record/checkpoint-folders.js';
import { loadCheckpoint } from '../../src/record/checkpoint.js';
import { beginCheckpoint, saveCheckpoint } from '../../src/record/save-checkpoint.js';
import { lazily } from '../support/state.js';
import { startChild } from './child.js';
import { temporaryFolder } from './temp.js';

const folder = temporaryFolder();
let runs = 0;
function newRun(): string {
  const run = join(folder, `run-${++runs}`);
  mkdirSync(run);
  return run;
}

const meta = { seed: 7, recipe: 'c0ffee', versions: { node: '20.19.0' } };

function stateAt(step: number): TrainState {
  const array = (name: string, value: number) => ({
    name,
    shape: [2, 3],
    data: new Float32Array(6).fill(value),
  });
  return {
    step,
    networks: {
      G: {
        weights: [array('d1/conv/kernel', step), array('d1/conv/bias', -step)],
        optimizer: { slots: [array('d1/conv/kernel/m', step / 2)], updates: step },
      },
      VGG: { weights: [array('conv/kernel', 1)] },
    },
  };
}

const save = (run: string, state: TrainState) => saveCheckpoint(run, lazily(state), { meta });

async function runWith(...steps: number[]): Promise<string> {
  const run = newRun();
  for (const step of steps) expect(await save(run, stateAt(step))).toMatchObject({ saved: true });
  return run;
}

const fileOf = (run: string, step: number, file: string): string =>
  join(run, 'checkpoints', `step-${step}`, file);

function flipBit(file: string, bit: number): void {
  const content = readFileSync(file);
  content[bit >> 3]! ^= 1 << (bit & 7);
  writeFileSync(file, content);
}

test('what is saved is what is loaded', async () => {
  const run = await runWith(10, 20);
  const loaded = await loadCheckpoint(run, 'last');
  expect(loaded).toEqual({
    state: stateAt(20),
    meta,
    folder: join(run, 'checkpoints', 'step-20'),
    warnings: [],
  });
  expect((await loadCheckpoint(run, 10)).state).toEqual(stateAt(10));
  expect(readdirSync(join(run, 'checkpoints', 'step-20')).sort()).toEqual([
    'G.optimizer.safetensors',
    'G.safetensors',
    'VGG.safetensors',
    'state.json',
  ]);
});

test('averages, what the game keeps, rollbacks and the count of updates are kept; prediction takes the averages', async () => {
  const run = newRun();
  const array = (name: string, ...values: number[]): NamedArray => {
    return { name, shape: [values.length], data: Float32Array.from(values) };
  };
  const lazy = ({ data, ...rest }: NamedArray) => ({ ...rest, read: () => Promise.resolve(data) });
  const [weights, average, kept] = [array('w', 1, 2), array('w', 3, 4), array('old', 6, 7, 8)];
  const slots = array('w/m', 5);
  const of = <A>(each: (one: NamedArray) => A) => {
    const optimizer = { slots: [each(slots)], updates: 9 };
    const G = { weights: [each(weights)], average: [each(average)], optimizer };
    const networks = { G, F: { weights: [each(slots)] }, D: { weights: [each(weights)] } };
    return { step: 3, rollbacks: 2, kept: [each(kept)], networks };
  };
  const saved = await saveCheckpoint(run, of(lazy), { meta, after: join(run, 'none') });
  const folder = join(run, 'checkpoints', 'step-3');
  const files = readdirSync(folder).filter((name) => name !== 'state.json');
  const bytes = files.reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
  expect(saved).toEqual({ saved: true, folder, bytes, warnings: [] });
  expect((await loadCheckpoint(run, 'last')).state).toEqual(of((one) => one));
  // Nor is anything else read.
  for (const name of ['G', 'G.optimizer', 'D', 'game.kept']) rmSync(join(folder, `${name}.safetensors`));
  const { state } = await loadCheckpoint(run, 3, { weightsOf: ['G', 'F', 'other'] });
  const networks = { G: { weights: [average] }, F: { weights: [slots] } };
  expect(state).toEqual({ step: 3, rollbacks: 2, networks });
  const text = readFileSync(join(folder, 'state.json'), 'utf8');
  const { sha256: _, ...whole } = JSON.parse(text) as Record<string, unknown>;
  const written = { ...whole, format: 2 };
  const sha256 = createHash('sha256').update(JSON.stringify(written)).digest('hex');
  writeFileSync(join(folder, 'state.json'), JSON.stringify({ ...written, sha256 }));
  await expect(loadCheckpoint(run, 3)).rejects.toThrow(/has format 2; this version reads format 1\.$/);
});

test('steps that are preferred come before newer ones, the newest of each first; as many are kept as is said', async () => {
  const run = await runWith(10, 20, 30, 40);
  const prefer = (step: number): boolean => step < 30;
  const order: number[] = [];
  for (let step = 1; step > 0; order.push(step)) {
    const loading = loadCheckpoint(run, 'last', { prefer });
    step = await loading.then(
      ({ state }) => state.step,
      () => 0,
    );
    if (step > 0) writeFileSync(fileOf(run, step, 'state.json'), '{}');
  }
  expect(order).toEqual([20, 10, 40, 30, 0]);
  await saveCheckpoint(run, lazily(stateAt(50)), { meta, keep: 3 });
  expect(await checkpointSteps(run)).toEqual([30, 40, 50]);
  for (const other of ['step-x', 'my-step-7']) mkdirSync(join(run, 'checkpoints', other));
  expect(await checkpointSteps(run)).toEqual([30, 40, 50]);
});

test.each([
  ['weights', 'G/w'],
  ['average', 'G.average/w'],
  ['slots', 'G.optimizer/w'],
  ['kept', 'game/w'],
])('a number of the %s that is none stops the checkpoint as one of %s', async (where, subject) => {
  const run = await runWith(1);
  const array = (of: string) => {
    const data = Float32Array.of(1, of === where ? -Infinity : 2);
    return { name: 'w', shape: [2], read: () => Promise.resolve(data) };
  };
  const optimizer = { slots: [array('slots')], updates: 1 };
  const G = { weights: [array('weights')], average: [array('average')], optimizer };
  const saving = saveCheckpoint(run, { step: 2, networks: { G }, kept: [array('kept')] }, { meta });
  await expect(saving).rejects.toMatchObject({ step: 2, value: -Infinity, kind: 'weight', subject });
  expect(readdirSync(join(run, 'checkpoints'))).toEqual(['step-1']);
});

test('a step that is done again replaces what it left the first time', async () => {
  const run = await runWith(10);
  await save(run, { ...stateAt(99), step: 10 });
  expect((await loadCheckpoint(run, 10)).state).toEqual({ ...stateAt(99), step: 10 });
  expect(readdirSync(join(run, 'checkpoints'))).toEqual(['step-10']);
});

describe('damage', () => {
  const files = ['G.safetensors', 'G.optimizer.safetensors', 'VGG.safetensors', 'state.json'];

  test.each(files)(
    'a flipped bit anywhere in %s is seen, and the checkpoint before it is used',
    async (file) => {
      const run = await runWith(10, 20);
      const path = fileOf(run, 20, file);
      const bits = readFileSync(path).length * 8;
      for (let bit = 3; bit < bits; bit += 61) {
        flipBit(path, bit);
        const { state, warnings } = await loadCheckpoint(run, 'last');
        // White space between the keys of a JSON text carries nothing.
        if (file === 'state.json' && warnings.length === 0) expect(state).toEqual(stateAt(20));
        else {
          expect(state).toEqual(stateAt(10));
          expect(warnings[0]).toMatch(/^The checkpoint of step 20 is damaged: .*\.$/);
          expect(warnings[1]).toBe('Going back to the one of step 10.');
        }
        flipBit(path, bit);
      }
      expect((await loadCheckpoint(run, 'last')).warnings).toEqual([]);
    },
  );

  test.each(files)('a truncated or missing %s is seen', async (file) => {
    const run = await runWith(10, 20);
    truncateSync(fileOf(run, 20, file), 40);
    expect((await loadCheckpoint(run, 'last')).state.step).toBe(10);
    rmSync(fileOf(run, 20, file));
    const { warnings } = await loadCheckpoint(run, 'last');
    expect(warnings[0]).toContain(`${file} cannot be read: it does not exist (ENOENT)`);
  });

  test('of the step that was asked for is an error that names the sound ones', async () => {
    const run = await runWith(10, 20, 30);
    flipBit(fileOf(run, 20, 'G.safetensors'), 9999 % (8 * 300));
    await expect(loadCheckpoint(run, 20)).rejects.toMatchObject({
      message: expect.stringContaining('step 20 is damaged') as string,
      remedy: 'There are checkpoints of steps 10, 30.',
    });
  });

  test('of all is an error, not a fresh start', async () => {
    const run = await runWith(10, 20);
    for (const step of [10, 20]) rmSync(fileOf(run, step, 'state.json'));
    await expect(loadCheckpoint(run, 'last')).rejects.toThrow(
      /^No checkpoint of the run .* is sound:\n  step 20: .*\n  step 10: .*$/,
    );
  });
});

test('a run without checkpoints says so, and a step without one lists those there are', async () => {
  await expect(loadCheckpoint(newRun(), 'last')).rejects.toThrow(/no checkpoint yet/);
  const missing = loadCheckpoint(await runWith(10, 20), 15);
  await expect(missing).rejects.toThrow(UserError);
  await expect(missing).rejects.toMatchObject({ remedy: 'There are checkpoints of steps 10, 20.' });
});

test('the oldest are pruned, but never the last', async () => {
  const run = await runWith(10, 20, 100);
  expect(await pruneCheckpoints(run, 2)).toEqual([]);
  expect(await checkpointSteps(run)).toEqual([20, 100]);
  await pruneCheckpoints(run, 0);
  expect(await checkpointSteps(run)).toEqual([100]);
  expect(await pruneCheckpoints(newRun(), 3)).toEqual([]);
});

test('after a resume from further back, the checkpoints of the void history are gone', async () => {
  const run = await runWith(10, 20, 30);
  expect(await discardCheckpointsAfter(run, 20)).toEqual([]);
  expect(await checkpointSteps(run)).toEqual([10, 20]);
});

test('what a killed write left is cleaned by the next save', async () => {
  const run = await runWith(10);
  for (const left of ['.new-step-20-ab', '.old-step-5']) {
    mkdirSync(join(run, 'checkpoints', left));
    writeFileSync(join(run, 'checkpoints', left, 'G.safetensors'), 'x');
  }
  expect((await loadCheckpoint(run, 'last')).warnings).toEqual([]);
  await save(run, stateAt(20));
  expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual(['step-10', 'step-20']);
});

test('where it cannot be written, training goes on with a warning', async () => {
  const run = newRun();
  writeFileSync(join(run, 'checkpoints'), 'a file in the way');
  expect(await save(run, stateAt(10))).toEqual({
    saved: false,
    warning: expect.stringMatching(/^The checkpoint of step 10 could not be written to .*\.$/) as string,
  });
});

describe('a checkpoint is finished beside training', () => {
  const fileNames = (run: string): string[] => readdirSync(join(run, 'checkpoints'));

  test('what is trained after the copy is not in it, and its name comes last', async () => {
    const run = newRun();
    const state = stateAt(10);
    const { saved } = await beginCheckpoint(run, lazily(state), { meta });
    expect(fileNames(run)).toEqual([expect.stringMatching(/^\.new-step-10-/)]);
    for (const { data } of state.networks['G']!.weights) data.fill(NaN);
    expect(await saved).toMatchObject({ saved: true, folder: join(run, 'checkpoints', 'step-10') });
    expect((await loadCheckpoint(run, 10)).state).toEqual(stateAt(10));
  });

  test('where the disk fails after the copy, that is a warning, and nothing is left of it', async () => {
    const run = await runWith(10);
    const { networks } = lazily(stateAt(20));
    const inTheWay = {
      ...networks['VGG']!.weights[0]!,
      read: () => {
        const unfinished = fileNames(run).find((name) => name.startsWith('.new-'))!;
        writeFileSync(join(run, 'checkpoints', unfinished, 'state.json'), 'in the way');
        return Promise.resolve(new Float32Array(6));
      },
    };
    const state = { step: 20, networks: { ...networks, VGG: { weights: [inTheWay] } } };
    const { saved } = await beginCheckpoint(run, state, { meta });
    expect(await saved).toEqual({
      saved: false,
      warning: expect.stringMatching(/^The checkpoint of step 20 could not be written .*EEXIST/) as string,
    });
    expect(fileNames(run)).toEqual(['step-10']);
  });

  test('a mistake of ours in the thread is thrown, not swallowed', async () => {
    const recipe = { toJSON: 1n } as unknown as string;
    const { saved } = await beginCheckpoint(newRun(), lazily(stateAt(1)), { meta: { ...meta, recipe } });
    await expect(saved).rejects.toThrow(/BigInt/);
  });
});

const canMount = ((): boolean => {
  if (process.platform === 'linux' && process.getuid?.() === 0) return true;
  console.warn('Not tried on a really full disk: that takes Linux and root, to mount one.');
  return false;
})();

test.skipIf(!canMount)(
  'a full disk keeps the checkpoint before, and no rest of the one that did not fit',
  async (context) => {
    const run = newRun();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', run], { stdio: 'pipe' });
    } catch {
      context.skip('mounting is not allowed here');
    }
    onTestFinished(() => void execFileSync('umount', [run]));
    expect(await save(run, stateAt(10))).toMatchObject({ saved: true });
    const large = { name: 'kernel', shape: [20_000], data: new Float32Array(20_000) };
    const saved = await save(run, { step: 20, networks: { G: { weights: [large] } } });
    expect(saved).toMatchObject({
      saved: false,
      warning: expect.stringContaining('the disk is full (ENOSPC)') as string,
    });
    expect(readdirSync(join(run, 'checkpoints'))).toEqual(['step-10']);
    expect((await loadCheckpoint(run, 'last')).state).toEqual(stateAt(10));
  },
);

test('a process killed at any moment leaves whole checkpoints only', async () => {
  const run = newRun();
  let last = 0;
  // As long as it takes on this machine, as busy as it is now.
  let twoSaves = 0;
  for (let round = 0; round < 24; round++) {
    const child = startChild('save', run, String(last + 1));
    expect(await child.line()).toBe('ready');
    if (round === 0) {
      const start = performance.now();
      for (const save of ['first', 'second']) expect([save, await child.line()]).toEqual([save, 'saved']);
      twoSaves = performance.now() - start;
    } else await sleep(Math.random() * twoSaves);
    await child.kill();
    if (!existsSync(join(run, 'checkpoints')) || (await checkpointSteps(run)).length === 0) continue;
    const { state, warnings } = await loadCheckpoint(run, 'last');
    expect(warnings).toEqual([]);
    expect(state.step).toBeGreaterThanOrEqual(last);
    expect(new Set(state.networks['G']!.weights[0]!.data)).toEqual(new Set([state.step]));
    expect(state.networks['G']!.optimizer!.updates).toBe(state.step);
    last = state.step;
  }
  expect(last).toBeGreaterThan(0);
});

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { digestRun } from '../../src/reports/run/digest.js';
import { run, type RunRequest, type RunResult } from '../../src/runs/index.js';
import { TINY_RECIPE } from '../support/plan.js';
import { filesOf, recordOf } from './support/killed.js';

const work = mkdtempSync(join(tmpdir(), 'gan-refused-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const recipe = join(work, 'tiny.yaml');
writeFileSync(
  recipe,
  `${TINY_RECIPE.replace('size: 16', 'size: 16, train: 6, val: 2')}
sample: { every: 1 step, split: val, count: 1 }
checkpoint: { every: 2 steps, keep: all }
`,
);

/** Plays a run in whose folder a file stands where a folder is to be: the system refuses whatever goes there. */
async function play(request: Partial<RunRequest>, refused: readonly string[] = []) {
  const warnings: string[] = [];
  const infos: string[] = [];
  const loading = { dataFolder: work, cacheBytes: 1e7, prefetch: 2, maxBadShare: 0 };
  const usual = { set: [], data: [], runs: join(work, 'runs'), engine: 'ort', threads: 1, loading };
  let folder = '';
  let mended = false;
  const ended = await run(
    { ...usual, ...request },
    {
      outlook: (outlook) => {
        folder = outlook.folder;
        for (const name of refused) writeFileSync(join(folder, name), '');
      },
      event: (event) => {
        if (event.type === 'message' && event.level === 'info') infos.push(event.text);
        // Somebody mends the pictures.
        if (event.type !== 'step' || event.step < 5 || mended) return;
        mended = true;
        if (refused.includes('samples')) rmSync(join(folder, 'samples'));
      },
      warn: (text) => warnings.push(text),
    },
  ).catch((error: unknown) => error as Error);
  return { folder, warnings, infos, ended };
}

test('a run whose last weights could not be saved has not finished, and does these steps again when resumed', async () => {
  const whole = await play({ recipe });
  const { folder, warnings, ended } = await play({ recipe }, ['checkpoints', 'export']);
  expect(ended).toMatchObject({
    message: 'All 6 steps are done, and the weights after the last could not be saved.',
    remedy: expect.stringContaining(`gan run --resume ${basename(folder)}`) as string,
  });
  // Three were refused: said once.
  expect(warnings.filter((text) => text.startsWith('The checkpoint of step'))).toEqual([
    expect.stringMatching(/^The checkpoint of step 2 could not be written to .* Training goes on\.$/),
  ]);
  expect(warnings.at(-1)).toMatch(/^The weights could not be exported to [^.]*: [^.]*\.$/);
  expect(await digestRun(folder)).toMatchObject({ status: 'failed', step: 6 });
  for (const name of ['checkpoints', 'export']) rmSync(join(folder, name));
  expect((await play({ resume: folder })).ended).toMatchObject({ status: 'finished' });
  expect(filesOf(folder)).toEqual(filesOf((whole.ended as RunResult).folder));
  expect(await recordOf(folder)).toEqual(await recordOf(whole.folder));
});

test('pictures that are refused are told of once, and when they are written again', async () => {
  const { folder, warnings, infos, ended } = await play({ recipe }, ['samples', 'export']);
  expect(ended).toMatchObject({ status: 'finished' });
  expect(warnings).toEqual([
    expect.stringMatching(/^The pictures of step 1 could not be written: .* Training goes on\.$/),
    expect.stringMatching(/^The weights could not be exported to .*\. The last checkpoint has them\.$/),
  ]);
  expect(infos).toEqual([expect.stringMatching(/^Pictures are being written again, from step [56] on\.$/)]);
  expect(existsSync(join(folder, 'samples', 'step-6.png'))).toBe(true);
  expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
});

test('a run that cannot be written to is not gone on with, and nothing of it is lost', async () => {
  const { folder } = await play({ recipe });
  const files = filesOf(folder);
  // A folder in the place of a file that is replaced.
  rmSync(join(folder, 'plan.txt'));
  mkdirSync(join(folder, 'plan.txt', 'in'), { recursive: true });
  const { ended } = await play({ resume: folder });
  expect(ended).toMatchObject({
    message: expect.stringMatching(/^The run .* cannot be written: /) as string,
    remedy: expect.stringContaining('Nothing of it is lost.') as string,
  });
  rmSync(join(folder, 'plan.txt'), { recursive: true });
  expect((await play({ resume: folder })).ended).toMatchObject({ status: 'finished' });
  expect(filesOf(folder)).toEqual(files);
});

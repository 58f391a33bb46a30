import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readJournal } from '../../src/record/read-journal.js';
import { gan, startGan } from '../support/gan.js';
import { Gate, knowHeld } from '../support/gate.js';
import { TINY_RECIPE } from '../support/plan.js';

const work = mkdtempSync(join(tmpdir(), 'gan-resume-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const recipe = join(work, 'tiny.yaml');
writeFileSync(
  recipe,
  `${TINY_RECIPE.replace('    inference: {', '    ema: 0.9\n    inference: {')}\ncheckpoint: { every: 3 steps, keep: all }\nevaluate: { every: 4 steps, split: val, metrics: [l1, held] }\n`,
);
knowHeld(work);

/** The runs below a folder of runs; one that is being made is none yet. */
function runsIn(runs: string): string[] {
  const folder = join(runs, 'tiny');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((id) => !id.startsWith('.'))
    .map((id) => join(folder, id));
}

function onlyRun(runs: string): string {
  const found = runsIn(runs);
  expect(found).toHaveLength(1);
  return found[0]!;
}

/** Waits for the run's first checkpoint. */
async function firstCheckpoint(runs: string): Promise<void> {
  const saved = () => runsIn(runs).some((run) => existsSync(join(run, 'checkpoints', 'step-3')));
  while (!saved()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Checksums of the weights and optimisers of a checkpoint. */
function weights(run: string, step: number): Record<string, string> {
  const folder = join(run, 'checkpoints', `step-${step}`);
  const files = readdirSync(folder).filter((name) => name.endsWith('.safetensors'));
  const sum = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  return Object.fromEntries(files.map((name) => [name, sum(name)]));
}

/** What the journal says was measured, by step. */
async function measured(run: string) {
  const found = [];
  for await (const entry of readJournal(join(run, 'events.jsonl'))) {
    if (entry.type === 'step') found.push([entry.step, entry.losses, entry.learningRates]);
    if (entry.type === 'evaluation') found.push([entry.step, entry.metrics]);
  }
  return found;
}

describe('a run that is killed and resumed', () => {
  const STEPS = 60;
  const data = ['--set', 'data.pairs.train=20', '--set', 'data.pairs.val=3'];

  test('ends with the bits of one that was never stopped, in weights, optimisers and journal', async () => {
    const whole = join(work, 'whole');
    expect(await gan(work, 'run', recipe, '--runs', whole, '--steps', String(STEPS), ...data)).toMatchObject({
      code: 0,
    });

    const broken = join(work, 'broken');
    const args = ['run', recipe, '--runs', broken, '--steps', String(STEPS), ...data];
    const first = startGan(work, args, new Gate(work, 'broken').env);
    await firstCheckpoint(broken);
    first.child.kill('SIGKILL');
    expect(await first.ended).toMatchObject({ signal: 'SIGKILL' });
    const run = onlyRun(broken);
    expect(existsSync(join(run, 'checkpoints', `step-${STEPS}`))).toBe(false);

    expect(await gan(work, 'run', '--resume', run, '--runs', broken)).toMatchObject({ code: 0 });
    expect(weights(run, STEPS)).toEqual(weights(onlyRun(whole), STEPS));
    expect(await measured(run)).toEqual(await measured(onlyRun(whole)));
  });

  test('Ctrl-C finishes the step, saves, says how to go on, and the rest is as if it had not been', async () => {
    const runs = join(work, 'interrupted');
    const gate = new Gate(work, 'interrupted');
    const args = ['run', recipe, '--runs', runs, '--steps', String(STEPS), ...data];
    const stopped = startGan(work, args, gate.env);
    await firstCheckpoint(runs);
    stopped.child.kill('SIGINT');
    await expect.poll(() => stopped.readStderr()).toContain('Stopping');
    gate.open();
    const { code, stdout } = await stopped.ended;
    expect(code).toBe(130);
    const run = onlyRun(runs);
    expect(stdout).toContain(`gan run --resume ${relative(work, run)}`);
    expect(await gan(work, 'run', '--resume', 'last', '--runs', runs)).toMatchObject({ code: 0 });
    expect(weights(run, STEPS)).toEqual(weights(onlyRun(join(work, 'whole')), STEPS));
  });

  test('resumed when finished it measures nothing twice; lengthened it goes on', async () => {
    const run = onlyRun(join(work, 'whole'));
    const before = await measured(run);
    expect(await gan(work, 'run', '--resume', run)).toMatchObject({ code: 0 });
    expect(await measured(run)).toEqual(before);

    expect(await gan(work, 'run', '--resume', run, '--steps', String(STEPS + 6))).toMatchObject({ code: 0 });
    expect(existsSync(join(run, 'checkpoints', `step-${STEPS + 6}`))).toBe(true);
    expect(readFileSync(join(run, 'resolved.yaml'), 'utf8')).toContain(`for: ${STEPS + 6} steps`);
  });
});

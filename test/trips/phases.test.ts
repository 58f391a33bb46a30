import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { StepEvent } from '../../src/core/events.js';
import { readJournal } from '../../src/record/read-journal.js';
import { run, type RunRequest } from '../../src/runs/index.js';
import { TINY_RECIPE } from '../support/plan.js';

const work = mkdtempSync(join(tmpdir(), 'gan-phases-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** First G alone, then with D at twice the size, then larger batches in parts; 3, 6 and 1 steps an epoch. */
const RECIPE = `${TINY_RECIPE.replace('size: 16', 'size: 16, train: 6, val: 2')
  .replace('    inference: {', '    ema: 0.9\n    inference: {')
  .replace('    fake: G(source)', '    fake: G(source)\n    old: { type: image-pool, of: fake, size: 3 }')
  .replace('fake: "D(source, fake)", weight', 'fake: "D(source, old)", weight')
  .replace(/\ntrain: .*/, '')}
train:
  batch: 2
  seed: 1
  phases:
    - { id: alone, for: 2 epochs, change: { game.play: [G], game.updates.G.losses.adversarial: null } }
    - { id: larger, for: 1 epoch, change: { data.pairs.size: 32, data.pairs.augment.jitter: 36, train.batch: 1 } }
    - id: batches
      for: 3 steps
      change: { train.batch: 4, train.accumulate: 2, optimizer.schedule: { type: cosine } }
sample: { every: 1 epoch, split: val, count: 1 }
evaluate: { every: 1 epoch, split: val, metrics: [l1] }
checkpoint: { every: 1 epoch, keep: all }
`;
const recipe = join(work, 'phases.yaml');
writeFileSync(recipe, RECIPE);

/** Runs a request, stopped after a step as by Ctrl-C. */
async function play(request: Partial<RunRequest>, stopAfter = Infinity) {
  const stop = new AbortController();
  return run(
    {
      set: [],
      data: [],
      runs: join(work, 'runs'),
      engine: 'ort',
      threads: 1,
      loading: { dataFolder: work, cacheBytes: 1e7, prefetch: 2, maxBadShare: 0 },
      signal: stop.signal,
      ...request,
    },
    {
      warn: (text) => {
        throw new Error(text);
      },
      event: (event) => {
        if (event.type === 'step' && event.step === stopAfter) stop.abort();
      },
    },
  );
}

/** Checksums of a checkpoint's tensors. */
function tensors(folder: string, step: number): Record<string, string> {
  const checkpoint = join(folder, 'checkpoints', `step-${step}`);
  const files = readdirSync(checkpoint).filter((name) => name.endsWith('.safetensors'));
  const sum = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
  return Object.fromEntries(files.map((name) => [name, sum(join(checkpoint, name))]));
}

async function journalOf(folder: string) {
  const steps: Pick<StepEvent, 'step' | 'epoch' | 'phase' | 'images' | 'losses' | 'learningRates'>[] = [];
  const evaluations: number[] = [];
  for await (const entry of readJournal(join(folder, 'events.jsonl'))) {
    if (entry.type === 'evaluation') evaluations.push(entry.step);
    if (entry.type !== 'step') continue;
    const { step, epoch, phase, images, losses, learningRates } = entry;
    steps.push({ step, epoch, ...(phase === undefined ? {} : { phase }), images, losses, learningRates });
  }
  return { steps, evaluations };
}

describe('a run of three phases', () => {
  let whole: string;

  test('goes from one to the next: batches, epochs, losses, rates, what is due', async () => {
    const result = await play({ recipe });
    expect(result).toMatchObject({ status: 'finished', step: 15, steps: 15 });
    whole = result.folder;
    const { steps, evaluations } = await journalOf(whole);
    const [last] = steps.slice(-1);
    expect(last!.epoch).toBeCloseTo(6, 10);
    expect(evaluations).toEqual([3, 6, 12, 13, 14, 15]);
    expect(steps.map(({ phase, images }) => `${phase} ${images}`)).toEqual([
      ...Array.from({ length: 6 }, () => 'alone 2'),
      ...Array.from({ length: 6 }, () => 'larger 1'),
      ...Array.from({ length: 3 }, () => 'batches 4'),
    ]);
    expect(Object.keys(steps[5]!.losses)).toEqual(['G/l1', 'G/total']);
    expect(Object.keys(steps[6]!.losses)).toContain('D/adversarial');
    // A schedule that a phase sets counts from the phase's start: cosine of 3 steps.
    const rates = steps.map(({ learningRates }) => learningRates['G']!);
    expect(rates.slice(0, 12)).toEqual(rates.slice(0, 12).map(() => 2e-4));
    const fall = [1, 2, 3].map((step) => 1e-4 * (1 + Math.cos((Math.PI * step) / 4)));
    rates.slice(12).forEach((rate, i) => expect(rate).toBeCloseTo(fall[i]!, 10));
  });

  test.each([6, 9, 14])('stopped after step %i and resumed it ends with the same bits', async (step) => {
    const { folder } = await play({ recipe, runs: join(work, `stopped-${step}`) }, step);
    const { status } = await play({ resume: folder });
    expect(status).toBe('finished');
    expect((await journalOf(folder)).steps).toEqual((await journalOf(whole)).steps);
    for (const each of [step, 12, 15]) {
      if (step === each && ![3, 6, 12].includes(each)) continue;
      expect(tensors(folder, each), `step ${each}`).toEqual(tensors(whole, each));
    }
    expect(Object.keys(tensors(folder, 15))).toContain('game.kept.safetensors');
  });
});

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../src/core/events.js';
import { readJournal } from '../../src/record/read-journal.js';
import { run } from '../../src/runs/index.js';
import { saveDataSets } from '../support/data-sets.js';

/**
 * Every recipe that the language was designed on, made small and run for a few steps: stopped, resumed, with pictures,
 * metrics and checkpoints. They are no part of this repository, and are run where they lie beside it.
 */
const ON_PAPER = '../shared/design/recipes-on-paper';
const work = mkdtempSync(join(tmpdir(), 'gan-on-paper-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const SIZE = 'data.*.size=16';
const MAPS = ['networks.G.encoder.*.filters=4', 'networks.G.decoder.*.filters=4', 'networks.D.filters=4'];
const SHORT = ['train.for=2 steps'];
const FACES = ['data.images.size=16', 'networks.*.filters=4', 'train.batch=2', ...SHORT];
const CLASSES = ['data.*.size=16', 'networks.*.filters=4', 'train.batch=2', ...SHORT];

/** How each is made small. */
const SMALL: Readonly<Record<string, readonly string[]>> = {
  'acgan.yaml': [...CLASSES, 'networks.D.outputs.class.units=3', 'evaluate={ metrics: [l1] }'],
  'bicyclegan.yaml': [
    'data.*.size=32',
    'networks.*.filters=4',
    'networks.G.depth=5',
    'networks.D_encoded.patch=16',
    'networks.D_encoded.filters=4',
    ...SHORT,
  ],
  'curriculum-maps.yaml': [
    'networks.*.filters=4',
    'networks.G.blocks=1',
    'data.pairs.size=16',
    'data.pairs.augment.jitter=18',
    'networks.D.patch=16',
    'train.phases.small.for=1 step',
    'train.phases.middle={ for: 1 step, change: { data.pairs.size: 24, data.pairs.augment.jitter: 26 } }',
    'train.phases.large={ for: 1 step, change: { data.pairs.size: 32, data.pairs.augment.jitter: 36, train.batch: 2, optimizer.learning_rate: 1e-4 } }',
  ],
  'cyclegan-maps.yaml': [
    SIZE,
    'data.*.augment.jitter=18',
    'networks.G_AB.blocks=1',
    'networks.*.filters=4',
    'networks.D_A.patch=16',
    'game.tensors.*.size=2',
    ...SHORT,
  ],
  'dcgan.yaml': FACES,
  'hinge-maps.yaml': [...MAPS, ...SHORT],
  'inpainting.yaml': [
    SIZE,
    'networks.G.depth=4',
    'networks.G.filters=4',
    'networks.D.patch=16',
    'networks.D.filters=4',
    'train.batch=2',
    ...SHORT,
  ],
  'pix2pix-maps-64.yaml': ['networks.*.filters=4', ...SHORT],
  'pix2pix-maps-gan.yaml': [...MAPS, ...SHORT],
  'pix2pix-maps.yaml': [...MAPS, ...SHORT],
  'pix2pixhd-lite.yaml': [
    'data.pairs.size={ height: 32, width: 64 }',
    'networks.*.filters=4',
    'networks.D.patch=16',
    ...SHORT,
  ],
  'r1-maps.yaml': [...MAPS, 'game.updates.D.losses.r1.every=2 steps', ...SHORT],
  'semi-supervised.yaml': [...CLASSES, 'networks.D.outputs.class.units=3'],
  'simultaneous-maps.yaml': [...MAPS, 'train.batch=4', 'train.accumulate=2', ...SHORT],
  'sngan-hinge.yaml': [
    SIZE,
    'networks.G.filters=4',
    'networks.D.filters=4',
    'train.batch=2',
    'game.updates.G.every=2 steps',
    ...SHORT,
  ],
  'srgan-lite.yaml': [
    SIZE,
    'networks.G.blocks=1',
    'networks.G.filters=4',
    'networks.D.filters=4',
    'networks.D.patch=16',
    'train.batch=2',
    'train.phases.pretrain.for=1 step',
    'train.phases.adversarial.for=1 step',
  ],
  'stylegan2-lite.yaml': [
    ...FACES,
    'networks.M.layers=2',
    'networks.M.units=8',
    'game.tensors.z.size=8',
    'game.updates.D.losses.r1.every=2 steps',
    'game.updates.G.losses.path.every=2 steps',
  ],
  'tutorial-pix2pix-maps.yaml': [...MAPS, 'train.batch=1', ...SHORT],
  'wgan-gp.yaml': [...FACES, 'game.updates.G.every=2 steps'],
};

/** Laid on all: everything happens after every step. */
const OFTEN = [
  'sample.every=1 step',
  'sample.split=val',
  'sample.count=1',
  'checkpoint={ every: 1 step, keep: all }',
];

const isThere = existsSync(ON_PAPER);
/**
 * Between them: classes, two sources with pools, labels with features, phases, penalties with averages. The others take minutes: all
 * run where GAN_TEST_EVERY_RECIPE is set.
 */
const VARIED = [
  'acgan.yaml',
  'cyclegan-maps.yaml',
  'pix2pixhd-lite.yaml',
  'srgan-lite.yaml',
  'stylegan2-lite.yaml',
];
const files = isThere ? readdirSync(ON_PAPER).filter((file) => file.endsWith('.yaml')) : [];

describe.skipIf(!isThere)('recipes on paper run, stop, and go on', () => {
  beforeAll(async () => {
    await cp(ON_PAPER, join(work, 'recipes'), { recursive: true });
    await saveDataSets(join(work, 'data'), join(work, 'recipes'));
  });

  test('each is here', () => expect(Object.keys(SMALL).sort()).toEqual(files.toSorted()));

  const played = process.env['GAN_TEST_EVERY_RECIPE'] ? files : VARIED;
  test.each(played)('%s', async (file) => {
    const stop = new AbortController();
    const warnings: string[] = [];
    const runs = join(work, 'runs', file);
    const request = {
      data: [],
      runs,
      engine: 'ort',
      threads: 1,
      loading: { dataFolder: join(work, 'data'), cacheBytes: 1e7, prefetch: 1, maxBadShare: 0 },
    };
    const recipe = join(work, 'recipes', file);
    const started = await run(
      { ...request, recipe, set: [...SMALL[file]!, ...OFTEN], signal: stop.signal },
      {
        warn: (text) => warnings.push(text),
        event: (event) => event.type === 'step' && stop.abort(),
      },
    );
    // Of what is made small here a thing or two is worth a warning; of data or checkpoints nothing is.
    expect(warnings.filter((text) => !/^\S+:\d+:\d+ warning |^--set warning /.test(text))).toEqual([]);
    expect([started.status, started.step]).toEqual(['killed', 1]);
    const ended = await run({ ...request, resume: started.folder, set: [] }, { warn: () => undefined });
    const steps = file === 'curriculum-maps.yaml' ? 3 : 2;
    expect([ended.status, ended.step]).toEqual(['finished', steps]);

    const entries: JournalEntry[] = [];
    for await (const entry of readJournal(join(ended.folder, 'events.jsonl'))) entries.push(entry);
    const stepped = entries.filter((entry) => entry.type === 'step');
    expect(stepped.map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
    for (const { losses } of stepped) expect(Object.values(losses).every(Number.isFinite)).toBe(true);
    expect(readdirSync(join(ended.folder, 'samples'))).toContain(`step-${steps}.png`);
    expect(readdirSync(join(ended.folder, 'checkpoints'))).toContain(`step-${steps}`);
    expect(Object.values(ended.metrics).every(Number.isFinite)).toBe(true);
  });
});

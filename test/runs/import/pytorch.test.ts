import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { sizeOf } from '../../../src/core/shape.js';
import type { NamedArray } from '../../../src/core/state.js';
import { openEngine } from '../../../src/engine/index.js';
import { Network } from '../../../src/trainers/index.js';
import { importWeights } from '../../../src/runs/import/import.js';
import { fitModules } from '../../../src/runs/import/fit.js';
import { modulesOf } from '../../../src/runs/import/torch-modules.js';
import type { NetworkPlan } from '../../../src/plan/types.js';
import { predict } from '../../../src/runs/predict/predict.js';
import { loadCheckpoint } from '../../../src/record/checkpoint.js';
import { writeSafetensors } from '../../../src/record/safetensors.js';
import { gan } from '../../support/gan.js';
import { planOf, registry } from '../../support/plan.js';

interface Made {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly size: number;
  readonly running: readonly number[];
  readonly batch: readonly number[];
}

/** By reference.py, in PyTorch. */
const reference = JSON.parse(readFileSync(new URL('reference.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Made>
>;

const work = mkdtempSync(join(tmpdir(), 'gan-import-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const wave = (count: number, phase: number, size = 1): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => size * Math.sin(0.7 * i + phase));

/** The state_dict that reference.py filled. */
function stateOf({ shapes }: Made): NamedArray[] {
  return Object.entries(shapes).map(([name, shape], place) => {
    const data = wave(sizeOf(shape), place, 0.3);
    const around = shape.length === 1 && /(weight|running_var)$/.test(name) ? 1 : 0;
    return { name, shape, data: data.map((value) => value + around) };
  });
}

const recipeOf = (size: number, generator: string, discriminator: string): string => `
name: imported
data: { pairs: { type: synthetic-maps, train: 2, val: 1, fields: { source: left, target: right }, size: ${size} } }
networks:
  G: { ${generator} }
  D: { ${discriminator} }
game:
  tensors: { fake: G(source) }
  updates:
    D: { losses: { adversarial: { type: bce, real: "D(source, target)", fake: "D(source, fake)" } } }
    G: { losses: { adversarial: { type: bce, fool: "D(source, fake)" } } }
  play: [D, G]
  outputs: { fake: { from: source, reference: target } }
optimizer: { type: adam, learning_rate: 2e-4 }
train: { for: 1 steps }
`;
const UNET = 'type: unet, depth: 5, filters: 2, norm: batch';
const PATCH = 'type: patchgan, patch: 34, filters: 3, norm: batch';

const NETWORKS: Readonly<Record<string, { network: 'G' | 'D'; recipe: string }>> = {
  'unet-batch': { network: 'G', recipe: recipeOf(32, UNET, PATCH) },
  'unet-instance': {
    network: 'G',
    recipe: recipeOf(32, 'type: unet, depth: 3, filters: 3, norm: instance', PATCH),
  },
  'resnet-instance': {
    network: 'G',
    recipe: recipeOf(16, 'type: resnet, blocks: 2, filters: 2', 'type: patchgan, patch: 16'),
  },
  'patch-34': { network: 'D', recipe: recipeOf(32, UNET, PATCH) },
  'patch-70-instance': {
    network: 'D',
    recipe: recipeOf(48, 'type: unet, depth: 3', 'type: patchgan, patch: 70, filters: 2, norm: instance'),
  },
  pixel: {
    network: 'D',
    recipe: recipeOf(8, 'type: unet, depth: 3', 'type: patchgan, patch: 1, filters: 4, norm: batch'),
  },
};

async function planned(name: string): Promise<NetworkPlan> {
  const { network, recipe } = NETWORKS[name]!;
  return (await planOf(recipe)).networks[network]!;
}

describe('networks of PyTorch compute the same here, to 1e-5 of their range', () => {
  test.each(Object.keys(NETWORKS))('%s', async (name) => {
    const made = reference[name]!;
    const plan = await planned(name);
    const weights = fitModules(modulesOf(stateOf(made), 'file'), plan, 'file');
    const engine = await openEngine('cpu');
    const { tf, ops } = engine;
    const network = new Network(plan, { tf, ops, registry, seed: 1 });
    try {
      network.write(weights, 'memory');
      const channels = plan.input.at(-1)!;
      const x = tf.tensor4d(wave(made.size ** 2 * channels, 1), [1, made.size, made.size, channels]);
      for (const kind of ['running', 'batch'] as const) {
        if (kind === 'running' && !plan.runningStatistics) continue;
        const call = { dropout: false, batchStatistics: kind === 'batch', draw: () => x };
        const [y] = network.call([x], call);
        const all = (await y!.data()) as Float32Array;
        const step = Math.max(1, Math.floor(all.length / 200));
        const range = Math.max(...made[kind].map(Math.abs));
        expect(made[kind]).toHaveLength(Math.ceil(all.length / step));
        const worst = Math.max(...made[kind].map((value, i) => Math.abs(value - all[i * step]!)));
        expect(worst / range, kind).toBeLessThan(1e-5);
      }
    } finally {
      network.dispose();
      engine.close();
    }
  });
});

/** The state_dict of the small U-Net as a file, under names that a wrapper put something in front of. */
async function unetFile(): Promise<string> {
  const file = join(work, 'latest_net_G.safetensors');
  rmSync(file, { force: true });
  const arrays = stateOf(reference['unet-batch']!).map(({ name, shape, data }) => ({
    ...{ name: `module.${name}`, shape },
    read: () => Promise.resolve(data),
  }));
  await writeSafetensors(file, arrays);
  return file;
}

test('what is imported is a run: pictures are made of it, and its weights can be named', async () => {
  const recipe = join(work, 'imported.yaml');
  writeFileSync(recipe, recipeOf(32, UNET, PATCH));
  const runs = join(work, 'runs');
  const run = await importWeights({ recipe, set: [], weights: { G: await unetFile() }, runs });
  expect(readdirSync(run).sort()).toEqual([
    ...['checkpoints', 'events.jsonl', 'export', 'recipe.yaml', 'resolved.yaml'],
  ]);
  const { state } = await loadCheckpoint(run, 'last');
  expect(state.networks['G']!.weights).toContainEqual(
    expect.objectContaining({ name: 'encoder/e2/norm/running_mean' }),
  );
  const grey = join(work, 'grey.png');
  const canvas = { width: 32, height: 32, channels: 3 as const, background: '#808080' };
  await sharp({ create: canvas }).png().toFile(grey);
  const request = { run, runs, files: [grey], out: join(work, 'out'), engine: 'cpu', threads: 1 };
  expect(await predict(request, { warn: (text) => expect.fail(text) })).toHaveLength(1);
});

test('the command makes a run of them, says how it is used, and refuses what is none', async () => {
  writeFileSync(join(work, 'by-command.yaml'), recipeOf(32, UNET, PATCH).replace('imported', 'by-command'));
  await unetFile();
  const made = await gan(work, 'import', 'by-command.yaml', '--weights', 'G=latest_net_G.safetensors');
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const [, run = ''] = /^imported {2}(.*)$/m.exec(made.stdout) ?? [];
  expect(made.stdout).toContain(`gan predict ${run} IMAGES --out DIR`);
  const fork = await gan(work, 'run', '--resume', run, '--fork', '--steps', '1');
  expect(fork).toMatchObject({ code: 0 });
  const resumed = await gan(work, 'run', '--resume', run);
  expect(resumed).toMatchObject({ code: 2, stderr: expect.stringContaining('--fork') as string });

  writeFileSync(join(work, 'old_net_G.pth'), Buffer.from('PK\u0003\u0004rest of a zip file'));
  const pickle = await gan(work, 'import', 'by-command.yaml', '--weights', 'G=old_net_G.pth');
  expect(pickle).toMatchObject({ code: 2, stdout: '' });
  expect(pickle.stderr).toMatch(/^ {2}python -c 'import torch; [^']*old_net_G\.safetensors"\)'$/m);
  const nothing = await gan(work, 'import', 'by-command.yaml');
  expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining('Which weights?') as string });
});

describe('what does not fit is explained', () => {
  const fit = async (change: (state: NamedArray[]) => NamedArray[], name = 'unet-batch'): Promise<unknown> =>
    fitModules(
      modulesOf(change(stateOf(reference['unet-batch']!)), 'G.safetensors'),
      await planned(name),
      'G',
    );

  test('another shape, with both', async () => {
    const half = ({ name, shape, data }: NamedArray) =>
      name === 'model.model.1.model.2.weight'
        ? { name, shape: [2], data: data.slice(0, 2) }
        : { name, shape, data };
    await expect(fit((state) => state.map(half))).rejects.toThrow(
      'shape: model.model.1.model.2.weight is 2, and encoder/e2/norm/gamma is 4',
    );
  });

  test('what is missing and what is left', async () => {
    const last = fit((state) => state.filter(({ name }) => !name.startsWith('model.model.3.')));
    await expect(last).rejects.toThrow(/missing: .*conv, a transposed-conv of 4x4x3x4/);
    await expect(fit((state) => state, 'unet-instance')).rejects.toThrow(
      /G does not fit the network G:\n {2}/,
    );
  });

  test('a pickle is not opened, and the line that converts it is printed', async () => {
    const file = join(work, 'latest_net_G.pth');
    writeFileSync(file, Buffer.from('PK\u0003\u0004rest of a zip file'));
    const recipe = join(work, 'imported.yaml');
    const importing = importWeights({ recipe, set: [], weights: { G: file }, runs: work });
    await expect(importing).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('is a pickle') as string,
      remedy: expect.stringMatching(
        /python -c 'import torch;.*save_file\(.*latest_net_G\.safetensors/s,
      ) as string,
    });
    await expect(importWeights({ recipe, set: [], weights: { H: file }, runs: work })).rejects.toThrow(
      'The recipe has no network "H".',
    );
  });
});

import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatShape } from '../../src/core/shape.js';
import { planTrials } from '../../src/plan/ablation.js';
import { planPhases } from '../../src/plan/phases.js';
import { planRecipe } from '../../src/plan/plan.js';
import { warningsOf } from '../../src/plan/warnings/index.js';
import { formatPlan } from '../../src/plan/print.js';
import { loadAblation } from '../../src/recipe/ablation/load.js';
import { loadRecipe } from '../../src/recipe/load.js';
import { registry } from './support.js';

/**
 * Recipes that the language was designed on. They are no part of this repository: where they lie beside it, they are
 * held against counts made here by hand.
 */
const ON_PAPER = '../shared/design/recipes-on-paper';
const isThere = existsSync(ON_PAPER);
if (!isThere) console.log(`skipped: ${ON_PAPER} is not there`);

interface Expected {
  readonly parameters: Readonly<Record<string, number>>;
  /** Of tensors and networks' outputs. */
  readonly shapes: Readonly<Record<string, string>>;
  /** Forward passes per step. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const conv = (kernel: number, from: number, to: number, bias: boolean): number =>
  kernel * kernel * from * to + (bias ? to : 0);
/** gamma and beta. */
const norm = (channels: number): number => 2 * channels;

/** Downs of 4x4 convolutions doubling up to 8 times, ups of transposed ones with skips; batch norm where blocks have it. */
function unet(depth: number, filters: number, from: number, bias: boolean): number {
  const width = (level: number): number => filters * Math.min(2 ** (level - 1), 8);
  let total = 0;
  for (let level = 1; level <= depth; level++) {
    total += conv(4, level === 1 ? from : width(level - 1), width(level), bias);
    if (level > 1 && level < depth) total += norm(width(level));
  }
  for (let level = depth - 1; level >= 1; level--) {
    const below = level === depth - 1 ? width(depth) : 2 * width(level + 1);
    total += conv(4, below, width(level), bias) + norm(width(level));
  }
  return total + conv(4, 2 * filters, 3, true);
}

/** `strided` convolutions of stride 2, one of stride 1, one to a score; batch norm on all but first and last. */
function patchgan(strided: number, filters: number, from: number, bias: boolean): number {
  let total = conv(4, from, filters, true);
  let width = filters;
  for (let i = 1; i <= strided; i++) {
    const next = filters * Math.min(2 ** i, 8);
    total += conv(4, width, next, bias) + norm(next);
    width = next;
  }
  return total + conv(4, width, 1, true);
}

const PIX2PIX: Expected = {
  parameters: { G: unet(8, 64, 3, false), D: patchgan(3, 64, 6, false) },
  shapes: { fake: '256x256x3', G: '256x256x3', D: '30x30x1' },
  // D has moved when G asks it: three forwards of D.
  calls: { G: { tensors: 1 }, D: { D: 2, G: 1 } },
};

const EXPECTED: Readonly<Record<string, Expected>> = {
  'pix2pix-maps.yaml': PIX2PIX,
  'hinge-maps.yaml': PIX2PIX,
  // The penalty asks for D(source, target), which the loss needs anyway.
  'r1-maps.yaml': PIX2PIX,
  // Neither has moved when both are asked: D(source, fake) is one.
  'simultaneous-maps.yaml': { ...PIX2PIX, calls: { G: { tensors: 1 }, D: { D: 2 } } },
  'pix2pix-maps-gan.yaml': {
    ...PIX2PIX,
    parameters: { ...PIX2PIX.parameters, D: patchgan(3, 64, 3, false) },
  },
  'pix2pix-maps-64.yaml': {
    parameters: { G: unet(6, 32, 3, false), D: patchgan(2, 32, 6, false) },
    shapes: { fake: '64x64x3', G: '64x64x3', D: '14x14x1' },
    calls: PIX2PIX.calls,
  },
  'tutorial-pix2pix-maps.yaml': {
    parameters: { G: unet(8, 64, 3, true), D: patchgan(4, 64, 6, true) },
    shapes: { fake: '256x256x3', G: '256x256x3', D: '16x16x1' },
    calls: { G: { tensors: 1 }, D: { D_real: 1, D_fake: 1, G: 1 } },
  },
};

describe.skipIf(!isThere)('recipes on paper', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'on-paper-'));
    await cp(ON_PAPER, folder, { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(Object.entries(EXPECTED))('%s', async (file, { parameters, shapes, calls }) => {
    const { recipe, phases, warnings, locate } = await loadRecipe(join(folder, file), { registry });
    expect(warnings).toEqual([]);
    expect(warningsOf(planPhases({ recipe, phases }, registry), phases, registry)).toEqual([]);
    const plan = planRecipe(recipe, registry, locate);
    const networks = Object.values(plan.networks);
    expect(Object.fromEntries(networks.map((network) => [network.name, network.parameters]))).toEqual(
      parameters,
    );
    const planned = [
      ...plan.tensors.map(({ name, shape }) => [name, formatShape(shape)]),
      ...networks.map(({ name, output }) => [name, formatShape(output)]),
    ];
    expect(Object.fromEntries(planned)).toEqual(shapes);
    expect(plan.cost.calls).toEqual(calls);
    expect(formatPlan(plan)).toContain(recipe.name);
  });

  test.each([
    ['lambda-patch.yaml', 4 * 4 * 3, 4 * 4 * 3],
    // Of L1 alone D is not played: three types and two patches of it are one run.
    ['losses-patch.yaml', 2 * 3 * 2, 1 + 3 * 2],
    ['losses.yaml', 5 * 3, 5 * 3],
  ])('ablations/%s: %i trials, %i runs', async (file, trials, runs) => {
    const ablation = await loadAblation(join(folder, 'ablations', file), { registry });
    expect(ablation.warnings).toEqual([]);
    expect(ablation.trials).toHaveLength(trials);
    expect(planTrials(ablation, registry)).toHaveLength(runs);
  });

  test('are all counted here', async () => {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'));
    const waiting = files.filter((file) => !(file in EXPECTED));
    if (waiting.length > 0) console.log(`not counted yet: ${waiting.join(', ')}`);
    expect(files).toEqual(expect.arrayContaining(Object.keys(EXPECTED)));
  });
});

describe('counts by hand', () => {
  test('are those of the field where these are known', () => {
    expect(unet(8, 64, 3, false)).toBe(54_413_955);
    expect(patchgan(3, 64, 6, false)).toBe(2_768_705);
    expect(patchgan(4, 64, 6, true)).toBe(6_965_441);
  });
});

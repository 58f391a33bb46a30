import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lookAtData } from '../../src/data/look.js';
import { formatShape } from '../../src/core/shape.js';
import { planTrials } from '../../src/plan/ablation.js';
import { planPhases } from '../../src/plan/phases.js';
import { warningsOf } from '../../src/plan/warnings/index.js';
import { formatPlan } from '../../src/plan/print.js';
import { loadAblation } from '../../src/recipe/ablation/node.js';
import { loadRecipe } from '../../src/recipe/node.js';
import { resolveFromData } from '../../src/recipe/freeze/resolve-from-data.js';
import { draw, save } from '../data/support/fixtures.js';
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

/** The same with instance norm, which has nothing to learn here: every convolution has a bias. */
function instancePatchgan(strided: number, filters: number, from: number): number {
  const widths = [
    filters,
    ...Array.from({ length: strided }, (_, i) => filters * Math.min(2 ** (i + 1), 8)),
    1,
  ];
  return widths.reduce((sum, width, i) => sum + conv(4, i === 0 ? from : widths[i - 1]!, width, true), 0);
}

const dense = (from: number, to: number, bias = true): number => from * to + (bias ? to : 0);

/** Strided 4x4 convolutions that double, from 64 filters to a map of 4x4, then dense heads. */
function dcganJudge(size: number, heads: readonly number[], bias: boolean): number {
  const times = Math.log2(size / 4);
  let total = conv(4, 3, 64, true);
  for (let i = 1; i < times; i++) total += conv(4, 64 * 2 ** (i - 1), 64 * 2 ** i, bias) + norm(64 * 2 ** i);
  const features = 4 * 4 * 64 * 2 ** (times - 1);
  return heads.reduce((sum, units) => sum + dense(features, units), total);
}

/** A dense layer to 4x4, transposed 4x4 convolutions that halve down to 64 filters, one to the image; batch norm. */
function dcganMaker(size: number, from: number): number {
  const times = Math.log2(size / 4);
  const width = (i: number): number => 64 * 2 ** (times - 1 - i);
  let total = dense(from, 4 * 4 * width(0), false) + norm(width(0));
  for (let i = 1; i < times; i++) total += conv(4, width(i - 1), width(i), false) + norm(width(i));
  return total + conv(4, 64, 3, true);
}

/** Johnson's: 7x7, two down, blocks of two 3x3, two up, 7x7. */
function resnet(
  blocks: number,
  filters: number,
  norms: 'batch' | 'instance',
  recipe: { bias: boolean; lastBias: boolean },
): number {
  const { bias, lastBias } = recipe;
  const learned = (channels: number): number => (norms === 'batch' ? norm(channels) : 0);
  const [f, f2, f4] = [filters, 2 * filters, 4 * filters];
  const downs =
    conv(7, 3, f, bias) +
    learned(f) +
    conv(3, f, f2, bias) +
    learned(f2) +
    conv(3, f2, f4, bias) +
    learned(f4);
  const ups = conv(3, f4, f2, bias) + learned(f2) + conv(3, f2, f, bias) + learned(f);
  return downs + blocks * 2 * (conv(3, f4, f4, bias) + learned(f4)) + ups + conv(7, f, 3, lastBias);
}

/** The unet above where every convolution has a bias and no norm learns. */
function instanceUnet(depth: number, filters: number, from: number): number {
  const width = (level: number): number => filters * Math.min(2 ** (level - 1), 8);
  let total = conv(4, from, width(1), true);
  for (let level = 2; level <= depth; level++) total += conv(4, width(level - 1), width(level), true);
  for (let level = depth - 1; level >= 1; level--)
    total += conv(4, level === depth - 1 ? width(depth) : 2 * width(level + 1), width(level), true);
  return total + conv(4, 2 * filters, 3, true);
}

/** Labels of the street scenes: as many colours as the palette beside the recipe lists here. */
const LABELS = 35;

/** At half size 7x7, three down, nine blocks, three up, twice as wide; around it 7x7, one down, three blocks, one up, 7x7. */
function coarseToFine(from: number, filters: number): number {
  const f = 2 * filters;
  const levels = [1, 2, 4].map((times) => [f * times, 2 * f * times] as const);
  const coarse =
    conv(7, from, f, true) +
    levels.reduce((sum, [a, b]) => sum + conv(3, a, b, true), 0) +
    9 * 2 * conv(3, 8 * f, 8 * f, true) +
    levels.reduce((sum, [a, b]) => sum + conv(3, b, a, true), 0);
  const fine =
    conv(7, from, filters, true) +
    conv(3, filters, f, true) +
    3 * 2 * conv(3, f, f, true) +
    conv(3, f, filters, true) +
    conv(7, filters, 3, true);
  return coarse + fine;
}

/** 9x9, blocks of two 3x3 with batch norm, one more, two to four times the channels which become pixels, 9x9; prelu. */
function srresnet(blocks: number, filters: number): number {
  const inner = conv(3, filters, filters, false) + norm(filters);
  return (
    conv(9, 3, filters, true) +
    filters +
    blocks * (2 * inner + filters) +
    inner +
    2 * (conv(3, filters, 4 * filters, true) + filters) +
    conv(9, filters, 3, true)
  );
}

/** A 3x3 whose input channels are scaled by a dense layer's values of w, a bias, one strength of noise per channel. */
const modulated = (kernel: number, from: number, to: number, w = 512): number =>
  conv(kernel, from, to, true) + dense(w, from);

/** From a learned 4x4x512: one styled 3x3 there, two at each size up to 64, a 1x1 to colours at each. */
function synthesis(filters: number): number {
  const widths = [16, 8, 4, 2, 1].map((times) => times * filters);
  return widths.reduce(
    (sum, to, level) => {
      const from = widths[level - 1] ?? to;
      const styled = (channels: number): number => modulated(3, channels, to) + to;
      const convolution = level === 0 ? styled(to) : styled(from) + styled(to);
      return sum + convolution + modulated(1, to, 3);
    },
    4 * 4 * widths[0]!,
  );
}

/** 1x1 from colours, blocks of two 3x3 beside a 1x1 without bias, down to 4x4; the deviation over the batch as one more channel. */
function stylegan2Judge(filters: number): number {
  const widths = [1, 2, 4, 8, 16].map((times) => times * filters);
  const last = widths.at(-1)!;
  const blocks = widths.slice(1).reduce((sum, to, i) => {
    const from = widths[i]!;
    return sum + conv(3, from, from, true) + conv(3, from, to, true) + conv(1, from, to, false);
  }, 0);
  return (
    conv(1, 3, filters, true) +
    blocks +
    conv(3, last + 1, last, true) +
    dense(4 * 4 * last, last) +
    dense(last, 1)
  );
}

const PIX2PIX: Expected = {
  parameters: { G: unet(8, 64, 3, false), D: patchgan(3, 64, 6, false) },
  shapes: { fake: '256x256x3', G: '256x256x3', D: '30x30x1' },
  // D has moved when G asks it: three forwards of D.
  calls: { G: { tensors: 1 }, D: { D: 2, G: 1 } },
};

/** By file; in the order of its phases where it has several. */
const EXPECTED: Readonly<Record<string, Expected | readonly Expected[]>> = {
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
  'curriculum-maps.yaml': ([64, 128, 256] as const).map((side) => ({
    parameters: {
      // `bias: false` of the recipe that it extends; 3x3 and 7x7 windows leave the size to the strides.
      G: resnet(6, 32, 'batch', { bias: false, lastBias: false }),
      D: patchgan(2, 32, 6, false),
    },
    shapes: { fake: `${side}x${side}x3`, G: `${side}x${side}x3`, D: `${side / 4 - 2}x${side / 4 - 2}x1` },
    calls: PIX2PIX.calls,
  })),
  'cyclegan-maps.yaml': {
    parameters: {
      G_AB: resnet(9, 64, 'instance', { bias: true, lastBias: true }),
      G_BA: resnet(9, 64, 'instance', { bias: true, lastBias: true }),
      D_A: instancePatchgan(3, 64, 3),
      D_B: instancePatchgan(3, 64, 3),
    },
    shapes: {
      ...Object.fromEntries(
        ['fake_A', 'fake_B', 'cycled_A', 'cycled_B', 'old_A', 'old_B', 'G_AB', 'G_BA'].map((name) => [
          name,
          '256x256x3',
        ]),
      ),
      D_A: '30x30x1',
      D_B: '30x30x1',
    },
    // A fake and a cycled image by each; its identity in the loss. D has not moved, but asks of real and pooled images.
    calls: {
      G_AB: { tensors: 2, G: 1 },
      G_BA: { tensors: 2, G: 1 },
      D_A: { G: 1, D: 2 },
      D_B: { G: 1, D: 2 },
    },
  },
  'bicyclegan.yaml': {
    parameters: {
      // 4x4 into 64, four blocks of two 3x3 beside a 1x1 (128, 192, 256, 256 wide), two heads of 8.
      E:
        conv(4, 3, 64, true) +
        [
          [64, 128],
          [128, 192],
          [192, 256],
          [256, 256],
        ].reduce(
          (sum, [from, to]) =>
            sum + conv(3, from!, to!, true) + conv(3, to!, to!, true) + conv(1, from!, to!, true),
          0,
        ) +
        2 * dense(256, 8),
      // The code's 8 channels are laid beside the image's; instance norm has nothing to learn, and convolutions a bias.
      G: instanceUnet(8, 64, 3 + 8),
      D_encoded: instancePatchgan(3, 64, 3),
      D_random: instancePatchgan(3, 64, 3),
    },
    shapes: {
      z: '8',
      code: '8',
      fake_encoded: '256x256x3',
      fake_random: '256x256x3',
      E: '8',
      G: '256x256x3',
      D_encoded: '30x30x1',
      D_random: '30x30x1',
    },
    // E on the target once for the code and the loss, once on the fake. D finds its scores of fakes where GE asked for them.
    calls: {
      E: { tensors: 1, latent: 1 },
      G: { tensors: 2 },
      D_encoded: { GE: 1, D: 1 },
      D_random: { GE: 1, D: 1 },
    },
  },
  'dcgan.yaml': {
    parameters: { G: dcganMaker(64, 100), D: dcganJudge(64, [1], false) },
    shapes: { z: '100', fake: '64x64x3', G: '64x64x3', D: '1' },
    calls: PIX2PIX.calls,
  },
  'wgan-gp.yaml': {
    // Layer norm does not take the bias's place.
    parameters: { G: dcganMaker(64, 128), D: dcganJudge(64, [1], true) },
    shapes: { z: '128', fake: '64x64x3', mixed: '64x64x3', G: '64x64x3', D: '1' },
    calls: { G: { tensors: 1 }, D: { D: 3, G: 1 / 5 } },
  },
  'acgan.yaml': {
    // Ten classes, as D's head has; both heads read one forward pass.
    parameters: { G: dcganMaker(32, 100 + 10), D: dcganJudge(32, [1, 10], false) },
    shapes: { z: '100', y: '10', fake: '32x32x3', G: '32x32x3', D: '10' },
    calls: PIX2PIX.calls,
  },
  'semi-supervised.yaml': {
    parameters: { G: dcganMaker(32, 100), D: dcganJudge(32, [1, 10], false) },
    shapes: { z: '100', fake: '32x32x3', G: '32x32x3', D: '10' },
    calls: { G: { tensors: 1 }, D: { D: 3, G: 1 } },
  },
  'sngan-hinge.yaml': {
    parameters: {
      // A dense layer to 4x4x256; three blocks of two 3x3 beside a 1x1, and six norms of a row per class; one more; 3x3.
      G:
        dense(128, 4 * 4 * 256) +
        3 * (2 * conv(3, 256, 256, true) + conv(1, 256, 256, true)) +
        7 * norm(256) * 10 +
        conv(3, 256, 3, true),
      // Two blocks down beside a 1x1, two without; a score, and a vector per class.
      D:
        conv(3, 3, 128, true) +
        7 * conv(3, 128, 128, true) +
        conv(1, 3, 128, true) +
        conv(1, 128, 128, true) +
        dense(128, 1) +
        128 * 10,
    },
    shapes: { z: '128', y: '10', fake: '32x32x3', G: '32x32x3', D: '1' },
    calls: { G: { tensors: 1 }, D: { D: 2, G: 1 / 5 } },
  },
  'inpainting.yaml': {
    // `bias: auto` here: the first convolution and the bottleneck have no norm after them, and so a bias.
    parameters: { G: unet(8, 64, 4, false) + 64 + 512, D: patchgan(3, 64, 4, false) },
    shapes: {
      mask: '256x256x1',
      holed: '256x256x3',
      fake: '256x256x3',
      whole: '256x256x3',
      G: '256x256x3',
      D: '30x30x1',
    },
    calls: PIX2PIX.calls,
  },
  'pix2pixhd-lite.yaml': {
    parameters: { G: coarseToFine(LABELS, 32), D: 3 * instancePatchgan(3, 64, LABELS + 3) },
    // The last of three scales: 64x128.
    shapes: { fake: '256x512x3', G: '256x512x3', D: '6x14x1' },
    // [G, D]: D has not moved when it plays, and finds both of its scores.
    calls: { G: { tensors: 1 }, D: { G: 2 } },
  },
  'srgan-lite.yaml': [
    {
      parameters: { G: srresnet(16, 64) },
      shapes: { low: '24x24x3', sharp: '96x96x3', G: '96x96x3' },
      calls: { G: { tensors: 1 } },
    },
    {
      parameters: { G: srresnet(16, 64), D: patchgan(3, 64, 3, false) },
      shapes: { low: '24x24x3', sharp: '96x96x3', G: '96x96x3', D: '10x10x1' },
      calls: PIX2PIX.calls,
    },
  ],
  'stylegan2-lite.yaml': {
    parameters: { M: 8 * dense(512, 512), S: synthesis(32), D: stylegan2Judge(32) },
    shapes: { z: '512', w: '512', fake: '64x64x3', M: '512', S: '64x64x3', D: '1' },
    // The penalties ask for what is there: D(real), and the fake itself.
    calls: { M: { tensors: 1 }, S: { tensors: 1 }, D: { D: 2, G: 1 } },
  },
};

const savePictures = (file: string): Promise<void> =>
  save(
    file,
    draw(4, 2, () => [1, 2, 3]),
  );

describe.skipIf(!isThere)('recipes on paper', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'on-paper-'));
    await cp(ON_PAPER, folder, { recursive: true });
    // What two of them leave to their data: colours of labels, and classes.
    const colours = Array.from({ length: LABELS }, (_, i) => `"#0000${(100 + i).toString(16)}"`);
    await writeFile(join(folder, 'cityscapes.palette.yaml'), `[${colours.join(', ')}]`);
    await savePictures(join(folder, 'data/cityscapes/train/1.png'));
    for (let i = 0; i < 10; i++) await savePictures(join(folder, `data/cifar10/train/class${i}/1.png`));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(Object.entries(EXPECTED))('%s', async (file, expected) => {
    const loaded = await loadRecipe(join(folder, file), { registry });
    expect(loaded.warnings).toEqual([]);
    const folders = { recipeFolder: folder, dataFolder: join(folder, 'data') };
    const facts = await lookAtData(loaded.recipe, { registry, ...folders, whereThere: true });
    const resolved = resolveFromData(loaded, facts);
    const phases = planPhases(resolved, registry);
    const warned = warningsOf(phases, resolved.phases, registry).map(({ code }) => code);
    // Its paper has beta1 0.9.
    expect(warned).toEqual(file === 'srgan-lite.yaml' ? ['high-momentum'] : []);
    const counted = phases.map(({ plan }) => {
      const networks = Object.values(plan.networks);
      expect(formatPlan(plan)).toContain(loaded.recipe.name);
      return {
        parameters: Object.fromEntries(networks.map((network) => [network.name, network.parameters])),
        shapes: Object.fromEntries<string>([
          ...plan.tensors.map(({ name, shape }): [string, string] => [name, formatShape(shape)]),
          ...networks.map(({ name, output }): [string, string] => [name, formatShape(output)]),
        ]),
        calls: plan.cost.calls,
      };
    });
    expect(counted).toEqual([expected].flat());
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
    const files = (await readdir(folder)).filter(
      (file) => file.endsWith('.yaml') && !file.includes('palette'),
    );
    expect(files.sort()).toEqual(Object.keys(EXPECTED).sort());
  });
});

describe('counts by hand', () => {
  test('are those of the field where these are known', () => {
    expect(unet(8, 64, 3, false)).toBe(54_413_955);
    expect(patchgan(3, 64, 6, false)).toBe(2_768_705);
    expect(patchgan(4, 64, 6, true)).toBe(6_965_441);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { globSync } from 'tinyglobby';
import { afterAll, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { UserError } from '../../src/core/errors.js';
import { examine } from '../../src/plan/examine.js';
import { planningErrors, planPhases } from '../../src/plan/phases.js';
import { planTrials } from '../../src/plan/ablation.js';
import { loadAblation } from '../../src/recipe/ablation/node.js';
import { Bases } from '../../src/recipe/read/bases.js';
import type { LoadedRecipe } from '../../src/recipe/load.js';
import { loadRecipe, parseRecipe } from '../../src/recipe/node.js';
import { TINY_RECIPE } from '../support/plan.js';
import { type Json, mutated, replaced, slipped } from './mutations.js';
import { registry as shippedRegistry } from './support.js';

/**
 * Whatever stands in a recipe, checking it ends soon, in a recipe or in findings that each have a place.
 * GAN_TEST_MUTANTS sets how many (2,000; with CI 4,000); FUZZ_SEED a seed, or `random`. A failure prints its seed and the smallest text that fails.
 */
const RUNS = Number(process.env['GAN_TEST_MUTANTS'] ?? (process.env['CI'] ? 4000 : 2000));
const wanted = process.env['FUZZ_SEED'] ?? '20261124';
const SEED = wanted === 'random' ? Math.trunc(Math.random() * 2 ** 31) : Number(wanted);
/** CPU time of one check; wall time would also measure what else the machine does. */
const MAX_SECONDS = 1;

const CHEAP = parseYaml(TINY_RECIPE) as Json;
const SHIPPED = globSync('recipes/*.yaml').sort();
const shipped = SHIPPED.map((file) => parseYaml(readFileSync(file, 'utf8')) as Json);
const texts = [TINY_RECIPE, ...SHIPPED.map((file) => readFileSync(file, 'utf8'))];

const work = mkdtempSync(join(tmpdir(), 'gan-fuzz-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Two definitions beside those that ship, as plugins bring them: no checker of theirs was compiled before. */
const registry = shippedRegistry.with([
  ['loss', { ...shippedRegistry.get('loss', 'charbonnier'), type: 'mine' }],
  ['layer', { ...shippedRegistry.get('layer', 'leaky-relu'), type: 'my-relu' }],
]);

/** What the small recipe has nothing of: phases, classes, layers, averages, weights from files, plugins, draws. */
const RICH = parseYaml(`
name: rich
data:
  images: { type: class-folders, path: ./animals, fields: { real: image, label: { from: class, classes: [cat, dog] } }, size: 16 }
  more: { type: images, path: more, fields: { extra: { from: image, as: labels, palette: ['#000000', '#ffffff'] } }, size: 16, splits: { train: 0.9, val: 0.1 } }
networks:
  G: { type: dcgan-generator, filters: 2, ema: 0.99, output: { channels: 3, activation: tanh } }
  D: { type: patchgan, patch: image, filters: 2, score: mean, norm: none, weight_norm: spectral }
  E:
    type: layers
    layers:
      - { id: a, type: conv, filters: 2, kernel: 3 }
      - { id: b, type: my-relu, slope: 0.1 }
      - { type: add, from: [a, b] }
      - { type: global-pool }
    outputs: { all: b }
    weights: ./e.safetensors
game:
  tensors:
    z: { type: noise, size: 4 }
    y: { type: random-label, of: label }
    fake: G(z, y)
    old: { type: image-pool, of: fake, size: 2 }
  updates:
    D:
      losses:
        critic: { type: wgan, real: D(real), fake: D(old) }
        penalty: { type: r1, of: D(real), at: real, weight: 10, every: 4 steps }
    G:
      every: 2 steps
      losses:
        critic: { type: wgan, fool: D(fake) }
        features: { type: mine, of: E.all(fake), to: E.all(real), schedule: { type: warm-up, over: 2 steps } }
  play: [[D, G]]
  outputs: { fake: { from: [y, z], reference: real } }
optimizer: { type: rmsprop, learning_rate: 1e-4, clip_norm: 1, schedule: { type: cosine } }
train:
  phases:
    - { id: first, for: 4 steps }
    - { id: second, for: 1 epoch, change: { game.updates.G.losses.critic.weight: 2, networks.G.ema: 0.9, data.images.augment: { flip: horizontal }, optimizer.learning_rate: 1e-5 } }
  batch: 4
  accumulate: 2
  seed: 1
sample: { every: 1 epoch, count: 2, draws: 3, show: [y, fake] }
evaluate: { every: 1 epoch, metrics: [l1, { type: ssim }, diversity] }
checkpoint: { every: 1 epoch, keep: all }
`) as Json;

const ABLATIONS = [
  `
name: halving
base: ./base.yaml
vary:
  rate: { path: optimizer.learning_rate, range: [1e-5, 1e-2], scale: log }
  patch: { path: networks.D.patch, values: [1, 16] }
  loss: { variants: { none: {}, hinge: { game.updates.*.losses.adversarial.type: hinge }, L1: { game.play: [G], game.updates.G.losses.adversarial: null } } }
  seed: { path: train.seed, values: [1, 2] }
search: { type: halving, budget: 4, metric: val/l1, rungs: [2 steps, 4 steps], keep: 0.5 }
report: { metrics: [val/l1], rows: loss, columns: patch, average: seed }
`,
  `
name: grid
base: ./base.yaml
vary:
  width: { path: networks.D.filters, values: [2, 4] }
  seed: { path: train.seed, values: [1, 2] }
report: { rows: width, average: seed, published: [{ source: A, data: B, metrics: [x], values: { '2': [1], '4': [2] } }] }
`,
].map((text) => parseYaml(text) as Json);

/** A second: it is measured again as CPU time where it took longer, since a busy machine makes everybody wait. */
async function inTime(check: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await check();
  if (performance.now() - start < 1000 * MAX_SECONDS) return;
  const before = process.cpuUsage();
  await check();
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  if (seconds > MAX_SECONDS) throw new Error(`It took ${seconds.toFixed(1)} s.`);
}

/** Runs in a recipe, or in findings with places. Plain conditions: an `expect` takes as long as a check. */
async function ends(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const refuse = (what: string): never => {
      throw new Error(what, { cause: error });
    };
    if (error.exitCode !== 2 || error.message === '') refuse('It is no mistake of the recipe’s.');
    for (const { message, place, source } of error.diagnostics) {
      if (message === '') refuse('A finding says nothing.');
      if (!place || source === undefined) refuse(`No place: ${message}`);
      else if (Math.min(place.line, place.column, place.length ?? 1) < 1) refuse(`No such place: ${message}`);
    }
    if (error.diagnostics.length === 0 && !/cannot be read|bytes|UTF-8|no ablation/.test(error.message))
      refuse('Nothing says where it is wrong.');
  }
}

const checked = (load: () => Promise<LoadedRecipe>): Promise<void> =>
  inTime(() => ends(async () => planPhases(await load(), registry)));

const check = (text: string): Promise<void> =>
  checked(() => parseRecipe(text, { registry, file: 'recipes/mine.yaml', examine }));

const HALF_MEGABYTE = 500_000;
/** Texts whose size is what is wrong with them. */
const OVERSIZED: Readonly<Record<string, (n: number) => string>> = {
  'nested lists': (n) => `a: ${'['.repeat(n)}${']'.repeat(n)}`,
  'nested lists that never close': (n) => `a: ${'['.repeat(n)}`,
  'nested maps': (n) => `${'{a: '.repeat(n)}1${'}'.repeat(n)}`,
  'nested blocks': (n) => Array.from({ length: Math.min(n, 900) }, (_, i) => `${' '.repeat(i)}a:\n`).join(''),
  'nested dashes': (n) => `a: \n  ${'- '.repeat(n)}1`,
  'nested calls': (n) =>
    TINY_RECIPE.replace('fake: G(source)', `fake: ${'G('.repeat(n)}source${')'.repeat(n)}`),
  'an alias bomb': (n) =>
    `a0: &a0 [x, x]\n${Array.from({ length: Math.min(n, 40) }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]\n`).join('')}`,
  'an alias of itself': () => 'a: &a [*a, *a]\nname: *a\n',
  'many aliases': (n) => `a: &a [1, 2]\nb: [${Array.from({ length: n }, () => '*a').join(', ')}]`,
  'many keys': (n) => Array.from({ length: n }, (_, i) => `k${i}: ${i}\n`).join(''),
  'many equal keys': (n) => 'name: a\n'.repeat(n),
  'many items': (n) => `name: [${'1, '.repeat(n)}1]`,
  'a long text': (n) => TINY_RECIPE.replace(/name: .*/, `name: ${'x'.repeat(n * 50)}`),
  'a long key': (n) => `${'k'.repeat(n * 50)}: 1`,
  'many documents': (n) => '---\na: 1\n'.repeat(n),
  'many lines of nothing': (n) => '\n'.repeat(n * 50),
  'many wrong losses': (n) =>
    TINY_RECIPE.replace(
      / {6}losses:\n/,
      `$&${Array.from({ length: Math.min(n, 300) }, (_, i) => `        l_${i}: { type: l${i} }\n`).join('')}`,
    ),
  'many encoder blocks': (n) =>
    `${TINY_RECIPE}\nx: 1\n`.replace(
      /encoder:\n/,
      `$&${'      - { filters: 4 }\n'.repeat(Math.min(n, 400))}`,
    ),
};

test.each(Object.entries(OVERSIZED))('%s ends soon, with a place', async (_, build) => {
  for (const n of [1, 20, 63, 64, 65, 1000, 10_000]) {
    const text = build(n);
    if (text.length < HALF_MEGABYTE) await check(text);
  }
});

test(
  `${RUNS} mutated recipes end in a recipe or in findings with places (seed ${SEED})`,
  async () => {
    const structured = mutated(
      fc.oneof(
        { weight: 12, arbitrary: fc.constant(CHEAP) },
        { weight: 2, arbitrary: fc.constant(RICH) },
        { weight: 1, arbitrary: fc.constantFrom(...shipped) },
      ),
    );
    const slips = slipped(
      fc.oneof({ weight: 12, arbitrary: fc.constant(TINY_RECIPE) }, fc.constantFrom(...texts)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 3, arbitrary: structured }, { weight: 1, arbitrary: slips }),
        check,
      ),
      { numRuns: RUNS, seed: SEED },
    );
  },
  60_000 + 50 * RUNS,
);

test(
  `${RUNS / 10} mutated ablations likewise`,
  async () => {
    writeFileSync(
      join(work, 'base.yaml'),
      `${TINY_RECIPE}evaluate: { every: 2 steps, metrics: [l1, ssim] }\n`,
    );
    const options = { registry, cwd: work, bases: new Bases(), examine: planningErrors };
    await fc.assert(
      fc.asyncProperty(mutated(fc.constantFrom(...ABLATIONS)), (text) => {
        writeFileSync(join(work, 'ablation.yaml'), text);
        // As many trials as are asked for take as long as they take.
        return ends(async () => planTrials(await loadAblation('ablation.yaml', options), registry));
      }),
      { numRuns: RUNS / 10, seed: SEED },
    );
  },
  60_000 + 50 * RUNS,
);

test.each([
  'constructor',
  '__proto__',
  'toString',
  'constructor(source)',
  'D.constructor(source)',
  'valueOf(real)',
])('what every object has is as good a word as any: %s', async (word) => {
  for (const recipe of [CHEAP, RICH])
    for (const text of replaced(recipe, word)) await check(JSON.stringify(text));
});

test('what is mutated is sound before', async () => {
  await parseRecipe(JSON.stringify(RICH), { registry }).then((loaded) => planPhases(loaded, registry));
  writeFileSync(join(work, 'base.yaml'), `${TINY_RECIPE}evaluate: { every: 2 steps, metrics: [l1, ssim] }\n`);
  for (const ablation of ABLATIONS) {
    writeFileSync(join(work, 'ablation.yaml'), JSON.stringify(ablation));
    planTrials(await loadAblation('ablation.yaml', { registry, cwd: work }), registry);
  }
});

test('whatever bytes a file has, it ends in a recipe or in findings', async () => {
  const file = join(work, 'mine.yaml');
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .tuple(fc.nat(TINY_RECIPE.length), fc.uint8Array({ maxLength: 8 }))
      .map(([end, tail]) => Buffer.concat([Buffer.from(TINY_RECIPE).subarray(0, end), tail])),
    fc.constant(Buffer.alloc(1024 * 1024 + 1, 'a')),
    fc.constant(Buffer.from(TINY_RECIPE, 'utf16le')),
  );
  await fc.assert(
    fc.asyncProperty(bytes, (content) => {
      writeFileSync(file, content);
      return checked(() => loadRecipe(file, { registry }));
    }),
    { numRuns: 300, seed: SEED },
  );
});

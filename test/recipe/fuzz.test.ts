import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { globSync } from 'tinyglobby';
import { afterAll, expect, test } from 'vitest';
import { parse as parseYaml, stringify } from 'yaml';
import { UserError } from '../../src/core/errors.js';
import { planningErrors, planPhases } from '../../src/plan/phases.js';
import { loadRecipe, type LoadedRecipe, parseRecipe } from '../../src/recipe/load.js';
import { TINY_RECIPE } from '../support/plan.js';
import { registry } from './support.js';

/**
 * Whatever stands in a recipe, checking it ends soon, in a recipe or in findings that each have a place.
 * FUZZ_RUNS sets how many; FUZZ_SEED a seed, or `random`. A failure prints its seed and the smallest text that fails.
 */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 20_000);
const wanted = process.env['FUZZ_SEED'] ?? '20261124';
const SEED = wanted === 'random' ? Math.trunc(Math.random() * 2 ** 31) : Number(wanted);
/** CPU time of one check; wall time would also measure what else the machine does. */
const MAX_SECONDS = 1;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Holder = Record<string | number, Json>;

const CHEAP = parseYaml(TINY_RECIPE) as Json;
const SHIPPED = globSync('recipes/*.yaml').sort();
const shipped = SHIPPED.map((file) => parseYaml(readFileSync(file, 'utf8')) as Json);
const texts = [TINY_RECIPE, ...SHIPPED.map((file) => readFileSync(file, 'utf8'))];

const work = mkdtempSync(join(tmpdir(), 'gan-fuzz-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function checked(load: () => Promise<LoadedRecipe>): Promise<void> {
  const start = process.cpuUsage();
  try {
    planPhases(await load(), registry);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.exitCode).toBe(2);
    expect(error.message).not.toBe('');
    for (const { message, place, source } of error.diagnostics) {
      expect(message).not.toBe('');
      if (!place || source === undefined) throw new Error(`No place: ${message}`, { cause: error });
      expect(Math.min(place.line, place.column, place.length ?? 1)).toBeGreaterThanOrEqual(1);
    }
    if (error.diagnostics.length === 0) expect(error.message).toMatch(/cannot be read|bytes|UTF-8/);
  }
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  if (seconds > MAX_SECONDS) throw new Error(`It took ${seconds.toFixed(1)} s.`);
}

const check = (text: string): Promise<void> =>
  checked(() => parseRecipe(text, { registry, file: 'recipes/mine.yaml', examine: planningErrors }));

/** Paths of all values below a root. */
function paths(value: Json, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [];
  const children: [string | number, Json][] = Array.isArray(value)
    ? value.map((item, i) => [i, item])
    : Object.entries(value);
  return children.flatMap(([key, item]) => [[...path, key], ...paths(item, [...path, key])]);
}

const at = (root: Json, path: readonly (string | number)[]): Json | undefined =>
  path.reduce<Json | undefined>((value, key) => (value as Holder | null | undefined)?.[key], root);

// Words and numbers that a recipe could hold, and that programs stumble over.
const words = fc.constantFrom(
  ...[
    'G',
    'D',
    'fake',
    'source',
    'target',
    'G(source)',
    'D(fake)',
    'D(source, fake)',
    'D(',
    'G()',
    'G.e1(source)',
  ],
  ...[
    'G(G(G(source)))',
    'D.features(source, fake)',
    'bce',
    'l1',
    'wgan',
    'gradient-penalty',
    'unet',
    'layers',
  ],
  ...[
    'patchgan',
    'encoder-decoder',
    'like',
    'none',
    'auto',
    'same',
    'image',
    'noise',
    'detach',
    '3 steps',
    '0 steps',
  ],
  ...[
    '1 epoch',
    '99999999999999999999 steps',
    'e1',
    'input',
    'type',
    'extends',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    '',
    ' ',
    '\u0000',
    '\ud83d\ude00',
    'é'.repeat(300),
    '../..',
    'C:\\data',
    'a.b.c',
    '*',
    '~',
    'null',
    'yes',
  ],
);
const numbers = fc.constantFrom(
  ...[
    0,
    1,
    2,
    3,
    7,
    16,
    64,
    255,
    256,
    1000,
    16_384,
    16_385,
    65_536,
    1e6,
    2 ** 31,
    2 ** 53 - 1,
    2 ** 53,
    1e21,
  ],
  ...[-1, -0, 0.5, 1e-7, 5e-324, 1e308, -1e308, 0.9999999999999999, 1.0000000001],
);
const values: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: words },
  { weight: 4, arbitrary: numbers },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Json>(null, true, false, [], {}, [[]], [null], { type: 'x' }, { id: 'e1' }),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json> },
);

interface Mutation {
  readonly where: number;
  readonly how: 'set' | 'rename' | 'remove' | 'copy' | 'repeat' | 'wrap';
  readonly value: Json;
  readonly other: number;
}
const mutations = fc.array(
  fc.record<Mutation>({
    where: fc.nat(),
    how: fc.constantFrom('set', 'set', 'set', 'rename', 'remove', 'copy', 'repeat', 'wrap'),
    value: values,
    other: fc.nat(),
  }),
  { minLength: 1, maxLength: 4 },
);

function mutate(root: Json, { where, how, value, other }: Mutation): Json {
  const all = paths(root);
  if (all.length === 0) return value;
  const path = all[where % all.length]!;
  const copy = structuredClone(root);
  const parent = at(copy, path.slice(0, -1)) as Holder;
  const key = path.at(-1)!;
  const old = parent[key]!;
  const second = structuredClone(at(copy, all[other % all.length]!)!);
  if (how === 'set') parent[key] = value;
  else if (how === 'copy') parent[key] = second;
  else if (how === 'wrap') parent[key] = Array.isArray(old) ? { first: old } : [old];
  else if (how === 'repeat' && Array.isArray(parent)) parent.push(structuredClone(old));
  else if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else {
    Reflect.deleteProperty(parent, key);
    const name = typeof value === 'string' ? value : `${key}_`;
    // Not an assignment, which `__proto__` would turn into something else.
    if (how !== 'remove')
      Object.defineProperty(parent, name, { value: old, enumerable: true, configurable: true });
  }
  return copy;
}

const structured = fc
  .tuple(
    fc.oneof({ weight: 12, arbitrary: fc.constant(CHEAP) }, fc.constantFrom(...shipped)),
    mutations,
    fc.nat(9),
  )
  .map(([base, list, style]) => {
    const json = list.reduce(mutate, base);
    // JSON is YAML too, and ten times as fast to write.
    return style === 0 ? stringify(json) : JSON.stringify(json, null, style % 3);
  });

const inserts = fc.oneof(
  fc.constantFrom(
    ...['{', '}', '[', ']', ':', ': ', '- ', '\t', '&a ', '*a', '? ', '|', '>', '"', "'", '#', '\n', '---\n'],
  ),
  fc.constantFrom(
    ...[
      '...\n',
      '!!str ',
      '!x ',
      '<<: *a',
      '%YAML 1.1\n',
      '\r',
      '\u2028',
      '\ufeff',
      '\u0000',
      '    ',
      ',',
      '@',
      '`',
    ],
  ),
  fc.string({ maxLength: 6, unit: 'binary' }),
);
const slips = fc
  .tuple(
    fc.oneof({ weight: 12, arbitrary: fc.constant(TINY_RECIPE) }, fc.constantFrom(...texts)),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('insert', 'delete', 'cut', 'line'), inserts), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([base, edits]) =>
    edits.reduce((text, [position, how, insert]) => {
      const i = text.length === 0 ? 0 : position % text.length;
      if (how === 'insert') return text.slice(0, i) + insert + text.slice(i);
      if (how === 'delete') return text.slice(0, i) + text.slice(i + 1 + (position % 7));
      if (how === 'cut') return text.slice(0, i);
      const lines = text.split('\n');
      const line = i % lines.length;
      return [...lines.slice(0, line + 1), ...lines.slice(line)].join('\n');
    }, base),
  );

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

test(`${RUNS} mutated recipes end in a recipe or in findings with places (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: structured }, { weight: 1, arbitrary: slips }), check),
    { numRuns: RUNS, seed: SEED },
  );
}, 600_000);

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

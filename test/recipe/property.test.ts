import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse as parseYaml, stringify } from 'yaml';
import { UserError } from '../../src/core/errors.js';
import { planRecipe } from '../../src/plan/plan.js';
import { parse, REFERENCE, registry } from './support.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const reference = parseYaml(REFERENCE) as Json;
const { recipe: loaded } = await parse(REFERENCE);
const isMap = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value with the keys of each map in an order that the numbers give. */
function shuffled(value: Json, order: () => number): Json {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, order));
  if (!isMap(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => ({
    key,
    item: shuffled(item, order),
    at: order(),
  }));
  return Object.fromEntries(entries.sort((a, b) => a.at - b.at).map(({ key, item }) => [key, item]));
}

test('the order of keys in maps does not matter', async () => {
  const plan = planRecipe(loaded, registry);
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat()), async (stream: fc.Stream<number>) => {
      const order = (): number => stream.next().value as number;
      const { recipe } = await parse(stringify(shuffled(reference, order)));
      expect(recipe).toEqual(loaded);
      expect(planRecipe(recipe, registry)).toEqual(plan);
    }),
    { numRuns: 20 },
  );
});

/** Texts that YAML readers like to take for something else. */
const trickyText = fc.oneof(
  fc.constantFrom(
    'on',
    'yes',
    'n',
    'null',
    '~',
    '1e3',
    '0x1f',
    '0o17',
    '1:30',
    '2001-01-01',
    '- a',
    '# no',
    'a: b',
    "it's",
    '"',
    '\\',
    ' a ',
    '',
    '*',
    '&a',
    '!t',
    '%',
    '@',
    '`',
    '1_000',
    '.5',
    '=',
    '<<',
    'a\nb',
    '\u2028',
    'Ünïcode',
    '[',
    '{',
    'a, b',
    '200 epochs',
  ),
  fc.string(),
);

test('resolved.yaml reads back as the same recipe, in YAML 1.1 too', async () => {
  const sets = fc.record({
    summary: trickyText,
    learning_rate: fc.double({ min: 1e-12, max: 1e3, noNaN: true }),
    weight: fc.double({ min: 0, max: 1e6, noNaN: true }),
    seed: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    path: trickyText.filter((text) => text.length > 0),
  });
  await fc.assert(
    fc.asyncProperty(sets, async ({ summary, learning_rate, weight, seed, path }) => {
      const { recipe, resolvedYaml } = await parse(REFERENCE, {
        set: [
          `summary=${JSON.stringify(summary)}`,
          `optimizer.learning_rate=${learning_rate}`,
          `game.updates.G.losses.l1.weight=${weight}`,
          `train.seed=${seed}`,
          `data.pairs.path=${JSON.stringify(path)}`,
        ],
      });
      expect((await parse(resolvedYaml)).recipe).toEqual(recipe);
      expect(parseYaml(resolvedYaml, { version: '1.1' })).toEqual(recipe);
    }),
    { numRuns: 60 },
  );
});

/** All paths of a value, the root's left out. */
function paths(value: Json, path: readonly (string | number)[] = []): (string | number)[][] {
  const children: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? value.map((item, i) => [i, item])
    : isMap(value)
      ? Object.entries(value)
      : [];
  return children.flatMap(([key, item]) => [[...path, key], ...paths(item, [...path, key])]);
}

type Mutation = { path: (string | number)[]; to: { value: Json } | { key: string } | 'gone' };

function mutated(root: Json, { path, to }: Mutation): Json {
  const copy = structuredClone(root);
  let parent: Json | undefined = copy;
  for (const step of path.slice(0, -1)) parent = (parent as { [key: string]: Json } | undefined)?.[step];
  const last = path.at(-1)!;
  if (typeof parent !== 'object' || parent === null || !(last in parent)) return copy;
  const holder = parent as { [key: string]: Json };
  if (to === 'gone') {
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else Reflect.deleteProperty(holder, last);
  } else if ('value' in to) holder[last] = to.value;
  else {
    const value = holder[last]!;
    Reflect.deleteProperty(holder, last);
    holder[to.key] = value;
  }
  return copy;
}

test('whatever is written into a recipe, what is thrown is a UserError whose findings have places', async () => {
  const everywhere = paths(reference);
  const words = [
    'G',
    'D',
    'fake',
    'source',
    'G(fake)',
    'D(source)',
    'D(fake',
    'bce',
    'l1',
    'hinge',
    'unet',
    'none',
    '3 steps',
    'noise',
    'detach',
    'e1',
    '__proto__',
    'constructor',
    'type',
    'like',
    'extends',
  ];
  const json = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<Json>(...words) },
    fc.constantFrom<Json>(0, 1, -1, 0.5, 1e9, true, false, null, '', [], {}),
    fc
      .constantFrom(...everywhere)
      .map((path) =>
        path.reduce<Json>((value, step) => (value as { [key: string]: Json })[step]!, reference),
      ),
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
  );
  const mutation: fc.Arbitrary<Mutation> = fc.record({
    path: fc.constantFrom(...everywhere),
    to: fc.oneof(
      json.map((value) => ({ value })),
      fc.constantFrom(...words).map((key) => ({ key })),
      fc.constant('gone' as const),
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
      const text = stringify(mutations.reduce(mutated, reference));
      try {
        const { recipe, locate } = await parse(text);
        planRecipe(recipe, registry, locate);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        expect(error.exitCode).toBe(2);
        expect(error.diagnostics.length).toBeGreaterThan(0);
        expect(error.diagnostics.filter((d) => !d.place || d.source === undefined)).toEqual([]);
      }
    }),
    { numRuns: 200 },
  );
});

test('whatever text is read, what is thrown is a UserError', async () => {
  const lines = REFERENCE.split('\n');
  const broken = fc
    .tuple(
      fc.nat({ max: lines.length - 1 }),
      fc.nat({ max: 40 }),
      fc.oneof(
        fc.string({ maxLength: 5 }),
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          ':',
          '- ',
          '\t',
          '&a',
          '*a',
          '? ',
          '|',
          '>',
          '"',
          "'",
          '#',
          '\n',
          '---',
          '!!',
          '<<: ',
        ),
      ),
    )
    .map(([line, column, insert]) =>
      lines
        .map((text, i) => (i === line ? text.slice(0, column) + insert + text.slice(column) : text))
        .join('\n'),
    );
  await fc.assert(
    fc.asyncProperty(fc.oneof(broken, fc.string()), async (text) => {
      try {
        await parse(text);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        expect(error.exitCode).toBe(2);
      }
    }),
    { numRuns: 150 },
  );
});

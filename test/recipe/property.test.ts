import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse as parseYaml, stringify } from 'yaml';
import { UserError } from '../../src/core/errors.js';
import { planRecipe } from '../../src/plan/plan.js';
import { type Json, mutated, slipped } from './mutations.js';
import { parse, REFERENCE, registry } from './support.js';

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

// More of them, by one seed, in fuzz.test.ts.
test('whatever is written into a recipe, what is thrown is a UserError whose findings have places', async () => {
  const texts = fc.oneof(mutated(fc.constant(reference)), slipped(fc.constant(REFERENCE)), fc.string());
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
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

import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { planRecipe } from '../../src/plan/plan.js';
import { loadRecipe } from '../../src/recipe/node.js';
import { isSchema, type Schema } from '../../src/recipe/schema/json.js';
import { recipeSchema, schemaFiles } from '../../src/recipe/schema/publish.js';
import { compiled, parse, registry } from './support.js';

const recipes = (await readdir('recipes')).filter((file) => file.endsWith('.yaml'));
const schema = recipeSchema(registry);
const validate = compiled(schema);

describe.each(recipes)('recipes/%s', (file) => {
  const path = `recipes/${file}`;

  test('loads without a warning, and plans', async () => {
    const { recipe, warnings } = await loadRecipe(path, { registry });
    expect(warnings).toEqual([]);
    expect(`${recipe.name}.yaml`).toBe(file);
    expect(planRecipe(recipe, registry).play.length).toBeGreaterThan(0);
  });

  test('is frozen', async () => {
    const { recipe } = await loadRecipe(path, { registry });
    expect(() => Object.assign(recipe.train, { seed: 2 })).toThrow(TypeError);
    expect(Object.isFrozen(recipe.game.play)).toBe(true);
  });

  test('reads back from resolved.yaml', async () => {
    const { recipe, resolvedYaml } = await loadRecipe(path, { registry });
    const again = await parse(resolvedYaml);
    expect(again.recipe).toEqual(recipe);
    expect(again.resolvedYaml).toBe(resolvedYaml);
    expect(parseYaml(resolvedYaml, { version: '1.1' })).toEqual(recipe);
  });

  test('is what the published schema describes, short and in full', async () => {
    validate(parseYaml(await readFile(path, 'utf8')));
    expect(validate.errors ?? []).toEqual([]);
    validate((await loadRecipe(path, { registry })).recipe);
    expect(validate.errors ?? []).toEqual([]);
  });
});

describe('schemas/', () => {
  test.each(Object.entries(schemaFiles(registry)))(
    '%s is what the definitions give: npm run generate',
    async (name, text) => {
      expect(await readFile(`schemas/${name}`, 'utf8')).toBe(text);
    },
  );

  test('every key of every section is titled and described', () => {
    const bare: string[] = [];
    const visit = (part: Schema, path: string): void => {
      for (const [key, value] of Object.entries(part)) {
        if (!isSchema(value)) continue;
        if (key === 'properties' && part['additionalProperties'] === false) {
          for (const [name, property] of Object.entries(value as Record<string, Schema>)) {
            if (property['title'] === undefined || property['description'] === undefined)
              bare.push(`${path}/${name}`);
          }
        }
        visit(value, `${path}/${key}`);
      }
    };
    for (const [name, part] of Object.entries(schema['$defs'] as Record<string, Schema>)) {
      if (!name.startsWith('patch') && !name.startsWith('role.')) visit(part, name);
    }
    expect(bare).toEqual([]);
  });

  test.each([
    ['an unknown key', { extends: './a.yaml', train: { sed: 1 } }],
    [
      'an unknown loss',
      { extends: './a.yaml', game: { updates: { D: { losses: { a: { type: 'bcee' } } } } } },
    ],
    ['a key of another network', { extends: './a.yaml', networks: { G: { type: 'unet', patch: 70 } } }],
    [
      'a key of another layer',
      { extends: './a.yaml', networks: { G: { type: 'layers', layers: [{ type: 'tanh', filters: 3 }] } } },
    ],
    ['a recipe without most of it', { name: 'a' }],
  ])('refuse %s', (_, recipe) => {
    expect(validate(recipe)).toBe(false);
  });

  test.each([
    ['a change by id', { extends: './a.yaml', networks: { G: { encoder: { e2: { filters: 1 } } } } }],
    [
      'taking out',
      { extends: './a.yaml', evaluate: null, game: { updates: { G: { losses: { l1: null } } } } },
    ],
    ['a key without its type', { extends: './a.yaml', networks: { D: { patch: 16 } } }],
    ['a network like another', { extends: './a.yaml', networks: { D2: { like: 'D', patch: 16 } } }],
  ])('allow %s', (_, recipe) => {
    validate(recipe);
    expect(validate.errors ?? []).toEqual([]);
  });
});

import { deepFreeze } from './freeze.js';
import type { LoadedRecipe } from '../load.js';
import type { FieldFacts, Recipe } from '../recipe.js';
import { formatRecipe } from './resolved-yaml.js';

type Resolvable = Pick<LoadedRecipe, 'recipe' | 'phases' | 'resolvedYaml'>;

/** The recipe with what was found in its data written out, in every phase: palettes, names of classes. */
export function resolveFromData<T extends Resolvable>(loaded: T, facts: FieldFacts): T {
  if (Object.keys(facts).length === 0) return loaded;
  const recipe = withFacts(loaded.recipe, facts);
  return {
    ...loaded,
    recipe,
    phases: loaded.phases.map((phase) => ({ ...phase, recipe: withFacts(phase.recipe, facts) })),
    resolvedYaml: formatRecipe(recipe),
  };
}

function withFacts(recipe: Recipe, facts: FieldFacts): Recipe {
  const data = Object.entries(recipe.data).map(([name, source]) => {
    const fields = Object.entries(source.fields).map(([field, config]) => [
      field,
      { ...config, ...facts[name]?.[field] },
    ]);
    return [name, { ...source, fields: Object.fromEntries(fields) as typeof source.fields }];
  });
  return deepFreeze({ ...recipe, data: Object.fromEntries(data) as Recipe['data'] });
}

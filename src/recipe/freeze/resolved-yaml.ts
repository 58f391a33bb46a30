import { formatLines } from './format.js';
import type { Json } from '../read/node.js';
import type { Recipe } from '../recipe.js';

/** A recipe as YAML, everything written out: `resolved.yaml`. */
export const formatRecipe = (recipe: Recipe): string =>
  formatLines(recipe as unknown as Json)
    .map(({ text }) => `${text}\n`)
    .join('');

import { formatLines } from './format.js';
import type { Recipe } from '../recipe.js';

/** A recipe as YAML, everything written out: `resolved.yaml`. */
export const formatRecipe = (recipe: Recipe): string =>
  formatLines(recipe)
    .map(({ text }) => `${text}\n`)
    .join('');

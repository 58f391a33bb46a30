import type { Shape } from '../core/shape.js';
import { FIELD_CHANNELS, type Registry } from '../registry/index.js';
import type { Recipe } from '../recipe/index.js';
import { countOf } from './classes.js';
import type { FieldPlan } from './types.js';

/** All fields of all sources by name, in alphabetical order. */
export function planFields(recipe: Recipe, registry: Registry): Readonly<Record<string, FieldPlan>> {
  const fields = Object.entries(recipe.data).flatMap(([source, { fields, size }]) =>
    Object.entries(fields).map(([name, config]): FieldPlan => {
      const { as } = config;
      const shapeOf = (channels: number): Shape => [size.height, size.width, channels];
      if (as !== 'class' && as !== 'labels')
        return { name, source, shape: shapeOf(FIELD_CHANNELS[as]), config };
      const { count, origin } = countOf(name, config, recipe, registry);
      const shape = as === 'class' ? [count] : shapeOf(count);
      return { name, source, shape, config, ...(origin === 'stated' ? {} : { count: origin }) };
    }),
  );
  return Object.fromEntries(sortByName(fields).map((field) => [field.name, field]));
}

/** In alphabetical order: the order of keys in a recipe never counts. */
export const sortByName = <T extends { readonly name: string }>(items: readonly T[]): readonly T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : 1));

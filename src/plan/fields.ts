import type { Shape } from '../core/shape.js';
import { FIELD_CHANNELS } from '../registry/index.js';
import type { FieldConfig, Recipe } from '../recipe/recipe.js';
import type { FieldPlan } from './types.js';

/** All fields of all sources by name, in alphabetical order. */
export function planFields(recipe: Recipe): Readonly<Record<string, FieldPlan>> {
  const fields = Object.entries(recipe.data).flatMap(([source, { fields, size }]) =>
    Object.entries(fields).map(([name, config]): FieldPlan => {
      const shape: Shape = [size.height, size.width, channelsOf(config)];
      return { name, source, shape, config };
    }),
  );
  return Object.fromEntries(sortByName(fields).map((field) => [field.name, field]));
}

function channelsOf({ as, palette }: FieldConfig): number {
  return as === 'labels' ? (palette?.length ?? 0) : FIELD_CHANNELS[as];
}

/** In alphabetical order: the order of keys in a recipe never counts. */
export const sortByName = <T extends { readonly name: string }>(items: readonly T[]): readonly T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : 1));

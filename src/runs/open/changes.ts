import { basename, dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { UserError } from '../../core/errors.js';
import type { ParamsEvent } from '../../core/events.js';
import { loadRecipe } from '../../recipe/node.js';
import type { Recipe } from '../../recipe/index.js';
import type { Registry } from '../../registry/index.js';
import { differences, flatten } from '../../core/parameters.js';

/**
 * What a run changes, by flags, of its recipe as it is written; where it changes nothing, what that recipe changes of the
 * one that it extends. undefined where that one cannot be read by itself.
 */
export async function changesOf(
  { file, text, recipe }: { readonly file: string; readonly text: string; readonly recipe: Recipe },
  registry: Registry,
  data: readonly string[],
): Promise<ParamsEvent['changes']> {
  const written: unknown = parse(text);
  const base: unknown = typeof written === 'object' && written ? Reflect.get(written, 'extends') : undefined;
  const changed = async (before: string): Promise<NonNullable<ParamsEvent['changes']>> => {
    const loaded = await loadRecipe(before, { registry, overrides: { data } });
    return { from: basename(before), values: differences(flatten(loaded.recipe), flatten(recipe)) };
  };
  try {
    const byFlags = await changed(resolve(file));
    const asWritten = Object.keys(byFlags.values).length === 0;
    return asWritten && typeof base === 'string' ? await changed(resolve(dirname(file), base)) : byFlags;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

import { getOwn } from '../core/get-own.js';
import type { Registry } from '../registry/index.js';
import type { FieldConfig, Recipe } from '../recipe/index.js';
import { parseLoss, parseTensor } from './parse.js';
import type { Plan } from './types.js';

/** Classes or labels assumed for a field where nothing gives their number, so that shapes can be planned. */
const STAND_IN_COUNT = 10;

/** How many classes, or colours of labels, a field has, and where that number comes from. */
export interface FieldCount {
  readonly count: number;
  readonly origin: 'stated' | 'deduced' | 'assumed';
}

/**
 * The number for a field of classes or labels: as the recipe states; else the units of a network's output that a loss
 * compares with it; else a stand-in. A run finds the number in the data first, and then the recipe states it.
 */
export function countOf(name: string, config: FieldConfig, recipe: Recipe, registry: Registry): FieldCount {
  const { classes, palette, as } = config;
  const stated = as === 'class' ? (typeof classes === 'number' ? classes : classes?.length) : listed(palette);
  if (stated !== undefined) return { count: stated, origin: 'stated' };
  const units = unitsComparedWith(name, recipe, registry);
  return units === undefined
    ? { count: STAND_IN_COUNT, origin: 'assumed' }
    : { count: units, origin: 'deduced' };
}

const listed = (palette: FieldConfig['palette']): number | undefined =>
  typeof palette === 'object' ? palette.length : undefined;

/** In `{ of: D.class(real), to: label }`, with `outputs: { class: { units: 10 } }` in D: 10. */
function unitsComparedWith(field: string, recipe: Recipe, registry: Registry): number | undefined {
  const alike = new Set([field]);
  // Labels drawn at random have the same number of classes.
  for (const [name, written] of Object.entries(recipe.game.tensors)) {
    const { operands } = parseTensor(name, written, registry);
    if (operands.length === 1 && operands[0]!.kind === 'name' && operands[0]!.name === field) alike.add(name);
  }
  for (const { losses } of Object.values(recipe.game.updates)) {
    for (const [name, config] of Object.entries(losses)) {
      const { of, to } = parseLoss(name, config, registry).operands;
      if (!of || !to) continue;
      const other = [of, to].find((call) => call.kind === 'call');
      const isCompared = [of, to].some((call) => call.kind === 'name' && alike.has(call.name));
      if (!isCompared || other?.kind !== 'call' || other.part === undefined) continue;
      const outputs = getOwn(recipe.networks, other.network)?.['outputs'] as Outputs | undefined;
      const units = outputs?.[other.part]?.units;
      if (typeof units === 'number') return units;
    }
  }
  return undefined;
}

type Outputs = Readonly<Record<string, { readonly units?: number } | undefined>>;

/** By class vector of the game (a field, or a label drawn like it), the field whose classes it is of; itself where of none. */
export function classVectors({
  fields,
  tensors,
}: Pick<Plan, 'fields' | 'tensors'>): ReadonlyMap<string, string> {
  const vectors = new Map<string, string>();
  for (const [name, { config }] of Object.entries(fields)) if (config.as === 'class') vectors.set(name, name);
  for (const { name, config, operands, isClass } of tensors) {
    if (isClass && operands.length === 0) vectors.set(name, name);
    const [of] = operands;
    if (!config || operands.length !== 1 || of?.kind !== 'name') continue;
    const field = vectors.get(of.name);
    if (field !== undefined) vectors.set(name, field);
  }
  return vectors;
}

import { Random } from '../../core/random.js';
import { type Axis, crossed } from './axes.js';
import type { Level } from './level.js';
import { drawLevel } from './range.js';
import type { Search } from './search.js';

/** A level of each axis, in the order of the axes. */
export type Combination = readonly { readonly axis: string; readonly level: Level }[];

export interface Combined {
  /** With what was drawn of ranges as their levels, in ascending order. */
  readonly axes: readonly Axis[];
  readonly combinations: readonly Combination[];
}

/** How many combinations there will be. */
export function countCombinations(
  axes: readonly Axis[],
  { budget }: Search,
  average: string | undefined,
): number {
  const product = (some: readonly Axis[]): number =>
    some.reduce((size, { levels, range }) => size * (range ? Infinity : levels.length), 1);
  const [averaged, drawn] = [
    axes.filter(({ name }) => name === average),
    axes.filter(({ name }) => name !== average),
  ];
  return Math.min(budget ?? Infinity, product(drawn)) * product(averaged);
}

/**
 * The combinations that a search runs: all, or those that it draws, each with every level of the averaged axis. Drawn
 * from one sequence, so that a larger budget adds to those of a smaller one, and runs that are there count.
 */
export function combine(axes: readonly Axis[], search: Search, average: string | undefined): Combined {
  const { budget, seed } = search;
  const free = axes.filter(({ name }) => name !== average);
  const size = free.reduce((product, { levels, range }) => product * (range ? Infinity : levels.length), 1);
  if (budget === undefined || budget >= size) return { axes, combinations: crossed(axes) };

  const random = new Random(seed, 'search');
  const drawn = new Map<string, ReadonlyMap<string, Level>>();
  // A narrow range of whole numbers has fewer values than were asked for.
  for (let tries = 0; drawn.size < budget && tries < 1000 * budget; tries++) {
    const levels = new Map(
      free.map(({ name, levels: listed, range }) => [
        name,
        range ? drawLevel(range, random) : listed[random.integer(listed.length)]!,
      ]),
    );
    const key = JSON.stringify([...levels.values()].map(({ name }) => name));
    if (!drawn.has(key)) drawn.set(key, levels);
  }
  const all = [...drawn.values()];
  const combinations = all.flatMap((levels) =>
    crossed(
      axes.map((axis) => ({
        ...axis,
        levels: levels.has(axis.name) ? [levels.get(axis.name)!] : axis.levels,
      })),
    ),
  );
  return {
    axes: axes.map((axis) =>
      axis.range ? { ...axis, levels: ascending(all.map((levels) => levels.get(axis.name)!)) } : axis,
    ),
    combinations,
  };
}

const ascending = (levels: readonly Level[]): readonly Level[] =>
  [...new Map(levels.map((level) => [level.name, level])).values()].sort(
    (a, b) => Number(a.name) - Number(b.name),
  );

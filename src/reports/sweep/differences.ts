import type { RunRecord, SweepRecord } from './gather.js';

/** What changes along an axis. */
export interface Difference {
  readonly axis: string;
  /** Levels that are compared. */
  readonly levels: readonly string[];
  /** Value by level, in their order; undefined where the recipe has no such key. */
  readonly paths: readonly { readonly path: string; readonly values: readonly (string | undefined)[] }[];
}

/**
 * What distinguishes trials, found by comparing their recipes with everything written out, not by what levels are called.
 * For each axis those are compared that share the levels of all others.
 */
export function findDifferences({ sweep, runs }: Pick<SweepRecord, 'sweep' | 'runs'>): readonly Difference[] {
  return sweep.axes.map(({ name, levels }) => {
    const rest = sweep.axes.filter((axis) => axis.name !== name);
    const families = new Map<string, Map<string, RunRecord>>();
    for (const record of runs) {
      for (const cell of record.run.cells) {
        const key = JSON.stringify(rest.map((axis) => cell[axis.name]));
        families.set(key, (families.get(key) ?? new Map<string, RunRecord>()).set(cell[name]!, record));
      }
    }
    // A level of another axis may disable this one, which makes trials equal: the family that differs most is compared.
    const distinct = (family: ReadonlyMap<string, RunRecord>): number => new Set(family.values()).size;
    const [family] = [...families.values()].sort((a, b) => distinct(b) - distinct(a));
    // In a random search hardly two trials share all other levels.
    const isWhole = levels.every((level) => family?.has(level));
    const differing = isWhole
      ? alongFamily(levels.map((level) => family!.get(level)!.params))
      : alongLevels(
          levels.map((level) => runs.filter(({ run }) => run.cells.some((cell) => cell[name] === level))),
        );
    return { axis: name, levels, paths: differing };
  });
}

type Paths = Difference['paths'];

/** Paths whose values differ between recipes that differ in nothing but an axis. */
function alongFamily(compared: readonly RunRecord['params'][]): Paths {
  const paths = [...new Set(compared.flatMap((params) => Object.keys(params)))].sort();
  return paths
    .map((path) => ({ path, values: compared.map((params) => params[path]) }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** Paths whose values differ between the levels, and are the same in all trials of a level. */
function alongLevels(byLevel: readonly (readonly RunRecord[])[]): Paths {
  const one = byLevel.map(([first]) => first?.params ?? {});
  return alongFamily(one).filter(({ path, values }) =>
    byLevel.every((members, i) => members.every(({ params }) => params[path] === values[i])),
  );
}

/** Paths that are the same in all recipes. */
export function countShared({ runs }: Pick<SweepRecord, 'runs'>): number {
  const [first, ...others] = runs.map(({ params }) => params);
  return Object.entries(first ?? {}).filter(([path, value]) =>
    others.every((params) => params[path] === value),
  ).length;
}

/** What should be the same for a fair comparison and is not: versions, machines, data. */
export function findUnevenness({ runs }: Pick<SweepRecord, 'runs'>): readonly string[] {
  const started = runs.filter(({ versions }) => Object.keys(versions).length > 0);
  const list = (
    what: string,
    of: (record: RunRecord) => Readonly<Record<string, string | number | undefined>>,
  ): string[] => {
    const keys = new Set(started.flatMap((record) => Object.keys(of(record))));
    return [...keys].flatMap((key) => {
      const values = [...new Set(started.map((record) => String(of(record)[key] ?? 'none')))];
      return values.length > 1 ? [`${what} ${key}: ${values.join(', ')}`] : [];
    });
  };
  return [
    ...list('version of', ({ versions }) => versions),
    ...list('machine’s', ({ machine: { processor, engine, device, threads } }) => ({
      processor,
      engine,
      device,
      threads,
    })),
    ...list('files of the data', ({ data }) =>
      Object.fromEntries(Object.entries(data).map(([name, { digest }]) => [name, digest.slice(0, 8)])),
    ),
  ];
}

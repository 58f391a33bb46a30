import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { digestRun, type RunDigest } from '../run/digest.js';
import type { Registry } from '../../registry/index.js';
import { flatten, NAME_KEYS } from '../../core/parameters.js';
import { type Best, bestOf, directionOf } from '../run/best.js';

/** One run among those that are compared. */
export interface Compared {
  /** Distinguishes it from the others: its name, the parameters that differ if these are few, or its id. */
  readonly label: string;
  readonly run: RunDigest;
}

/** What differs between runs. A row's values are in the order of the runs. */
export interface Comparison {
  readonly runs: readonly Compared[];
  /** Parameters of the resolved recipes that are not the same in all; undefined where a run has none. */
  readonly parameters: readonly Row<string>[];
  readonly metrics: readonly MetricRow[];
}

export interface Row<T> {
  readonly name: string;
  readonly values: readonly (T | undefined)[];
}

export interface MetricRow extends Row<Best> {
  /** The last value of each. */
  readonly last: readonly (number | undefined)[];
  readonly better: 'lower' | 'higher' | undefined;
  /** Index of the run with the best value. */
  readonly winner: number | undefined;
}

const MAX_LABEL_PARAMETERS = 2;
const MAX_LABEL_CHARS = 40;

/** Compares runs by what their folders hold. @throws UserError where a journal cannot be read. */
export async function compareRuns(folders: readonly string[], registry: Registry): Promise<Comparison> {
  const runs = await Promise.all(folders.map((folder) => digestRun(folder)));
  const parameters = await Promise.all(folders.map(parametersOf));
  const paths = [...new Set(parameters.flatMap((each) => Object.keys(each)))];
  const metrics = [...new Set(runs.flatMap(({ metrics: curves }) => curves.names))];
  const differing = paths
    .map((name) => ({ name, values: parameters.map((each) => each[name]) }))
    .filter(({ name, values }) => new Set(values).size > 1 && !NAME_KEYS.includes(name));
  return {
    runs: labelled(runs, differing),
    parameters: differing,
    metrics: metrics.map((name) => metricRow(name, runs, registry)),
  };
}

async function parametersOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const recipe: unknown = parse(await readFile(join(folder, 'resolved.yaml'), 'utf8'));
  return flatten(recipe);
}

function metricRow(name: string, runs: readonly RunDigest[], registry: Registry): MetricRow {
  const better = directionOf(name, registry);
  const values = runs.map(({ metrics }) => bestOf(metrics, name, registry));
  const sign = better === 'higher' ? -1 : 1;
  let winner: number | undefined;
  values.forEach((best, i) => {
    const leader = winner === undefined ? undefined : values[winner];
    if (best && (!leader || sign * best.value < sign * leader.value)) winner = i;
  });
  const alone = values.filter((best) => best !== undefined).length < 2;
  return {
    name,
    values,
    last: runs.map(({ metrics }) => metrics.last(name)),
    better,
    winner: alone ? undefined : winner,
  };
}

function labelled(runs: readonly RunDigest[], parameters: readonly Row<string>[]): Compared[] {
  const sameName = new Set(runs.map(({ name }) => name)).size === 1;
  const candidates: ((run: RunDigest, i: number) => string)[] = [
    ({ name }) => name,
    ...(sameName && parameters.length <= MAX_LABEL_PARAMETERS
      ? [(_: RunDigest, i: number) => levels(parameters, i)]
      : []),
    ...(sameName ? [({ id }: RunDigest) => id] : []),
  ];
  const labels = candidates
    .map((labelOf) => runs.map(labelOf))
    .find(
      (found) =>
        new Set(found).size === runs.length && found.every((label) => label.length <= MAX_LABEL_CHARS),
    );
  return runs.map((run, i) => ({ label: labels?.[i] ?? `${run.name}/${run.id}`, run }));
}

/** `l1.weight 100, D.patch 70` of a run. */
const levels = (parameters: readonly Row<string>[], i: number): string =>
  parameters
    .map(({ name, values }) => `${name.split('.').slice(-2).join('.')} ${values[i] ?? 'none'}`)
    .join(', ');

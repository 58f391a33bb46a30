import type { Findings } from '../messages/findings.js';
import { entry, find, type MapNode, type Node, scalar, textOf, toJson } from '../read/node.js';
import type { Level } from './level.js';
import { type Range, readRange } from './range.js';
import { expandPath } from '../read/path.js';
import type { Origin } from '../read/source.js';

export interface Axis {
  readonly name: string;
  readonly key: Origin;
  readonly levels: readonly Level[];
  /** In place of levels: those are drawn from it. */
  readonly range?: Range;
}

/** The axes of a sound ablation's `vary`, as far as each is one. */
export function readAxes(vary: MapNode, findings: Findings): readonly Axis[] {
  return [...vary.entries].flatMap(([name, { key, value }]): Axis[] => {
    if (entry(value, 'range')) {
      const range = readRange(name, value as MapNode, key, findings);
      return range ? [{ name, key, levels: [], range }] : [];
    }
    const levels = readLevels(name, value, key, findings);
    const twice = levels.find((level, i) => levels.findIndex((other) => other.name === level.name) !== i);
    if (twice) findings.error('twice.level', key, name, twice.name);
    return levels.length > 0 && !twice ? [{ name, key, levels }] : [];
  });
}

function readLevels(name: string, axis: Node, key: Origin, findings: Findings): readonly Level[] {
  const [path, values, variants] = ['path', 'values', 'variants'].map((part) => entry(axis, part)?.value);
  const at = path?.origin ?? key;
  const text = textOf(path);
  for (const part of ['scale', 'whole']) {
    const stray = entry(axis, part);
    if (stray) findings.error('no-range', stray.key, part, name);
  }
  if (variants?.kind === 'map' && !path && !values) {
    return [...variants.entries].map(([level, { value }]) => ({
      name: level,
      changes: [...(value as MapNode).entries].map(([to, item]) => ({
        path: to,
        at: item.key,
        value: item.value,
      })),
    }));
  }
  if (text !== undefined && values?.kind === 'list' && !variants) {
    return values.items.map((value) => ({ name: levelName(value), changes: [{ path: text, at, value }] }));
  }
  findings.error('bad-axis.values', key, name);
  return [];
}

/** A value as tables show it. */
function levelName(value: Node): string {
  const json = toJson(value);
  return typeof json === 'string' ? json : JSON.stringify(json);
}

/** Two axes may not write one value: which would win? */
export function checkOverlaps(axes: readonly Axis[], base: Node, findings: Findings): void {
  const owners = new Map<string, string>();
  for (const { name, levels, range } of axes) {
    const set = new Map<string, Origin>();
    const drawn = range ? [{ ...range, value: scalar(range.from, range.origin) }] : [];
    for (const { path, at, value } of [...levels.flatMap(({ changes }) => changes), ...drawn])
      for (const to of expandPath(base, path.split('.')))
        for (const leaf of leaves(value, to)) set.set(leaf, at);
    for (const [leaf, at] of set) {
      const other = owners.get(leaf);
      if (other === undefined) owners.set(leaf, name);
      else findings.error('axes-overlap', at, other, name, leaf);
    }
  }
}

/** Paths of everything that a value writes. */
function leaves(value: Node, path: readonly string[]): readonly string[] {
  if (value.kind !== 'map' || value.entries.size === 0) return [path.join('.')];
  return [...value.entries].flatMap(([key, { value: inner }]) => leaves(inner, [...path, key]));
}

/** All combinations of levels, the last axis fastest. */
export function crossed(axes: readonly Axis[]): readonly (readonly { axis: string; level: Level }[])[] {
  return axes.reduce<{ axis: string; level: Level }[][]>(
    (rows, { name, levels }) => rows.flatMap((row) => levels.map((level) => [...row, { axis: name, level }])),
    [[]],
  );
}

/** The report names axes of the ablation, each once. */
export function checkReport(
  root: Node,
  axes: readonly Axis[],
  metrics: readonly string[],
  findings: Findings,
): void {
  const names = axes.map(({ name }) => name);
  const used = new Set<string>();
  for (const key of ['rows', 'columns', 'average']) {
    const node = find(root, ['report', key]);
    const name = textOf(node);
    if (!node || name === undefined) continue;
    if (!names.includes(name)) findings.error('unknown-axis', node.origin, name, names);
    else if (used.has(name)) findings.error('twice.axis', node.origin, name);
    used.add(name);
  }
  const wanted = find(root, ['report', 'metrics']);
  for (const item of wanted?.kind === 'list' ? wanted.items : []) {
    const name = textOf(item);
    if (name === undefined || metrics.includes(name)) continue;
    findings.error('unknown-metric.unmeasured', item.origin, name, metrics);
  }
}

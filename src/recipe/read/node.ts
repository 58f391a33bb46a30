import type { Json } from '../../core/json.js';
import type { Origin } from './source.js';

/**
 * A value of a recipe together with where it was written. Merging moves nodes, so that after `extends` and `--set`
 * each value still points at the line that last wrote it.
 */
export type Node = ScalarNode | MapNode | ListNode;

interface Written {
  readonly origin: Origin;
  /** The node that merging replaced. */
  readonly before?: Node;
}

export interface ScalarNode extends Written {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  /** The value here was refused and reported: nothing more is reported about it. */
  readonly isInvalid?: true;
}

export interface MapNode extends Written {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  /** A part of what was written here was refused and reported: a missing key may be in that part. */
  readonly isPartial?: true;
  /** Changes of its `type` by merging, the first one first. */
  readonly retyped?: readonly Retyped[];
}

export interface ListNode extends Written {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

/** A change of `type`, and what became of the keys that were there. */
export interface Retyped {
  readonly from: string;
  readonly to: string;
  /** Of the new type. */
  readonly origin: Origin;
  readonly stayed: readonly string[];
  readonly fell: readonly string[];
}

export interface Entry {
  /** Of the key. */
  readonly key: Origin;
  readonly value: Node;
}

/** Keys, and positions in lists. */
export type Path = readonly (string | number)[];

export const scalar = (value: ScalarNode['value'], origin: Origin): ScalarNode => ({
  kind: 'scalar',
  value,
  origin,
});

/** Stands for a value that was refused. */
export const invalidNode = (origin: Origin): ScalarNode => ({
  kind: 'scalar',
  value: null,
  origin,
  isInvalid: true,
});

export const isInvalid = (node: Node | undefined): boolean =>
  node?.kind === 'scalar' && node.isInvalid === true;

export function map(entries: Iterable<readonly [string, Node]>, origin: Origin): MapNode {
  const keyed = [...entries].map(([key, value]) => [key, { key: value.origin, value }] as const);
  return { kind: 'map', entries: new Map(keyed), origin };
}

/** The map with each value replaced. */
export const mapValues = (node: MapNode, change: (value: Node, key: string) => Node): MapNode => ({
  ...node,
  entries: new Map(
    [...node.entries].map(([key, entry]) => [key, { ...entry, value: change(entry.value, key) }]),
  ),
});

/** The entry of a map; undefined where there is none, or no map. */
export const entry = (node: Node | undefined, key: string): Entry | undefined =>
  node?.kind === 'map' ? node.entries.get(key) : undefined;

export const withEntry = (node: MapNode, key: string, entry: Entry): MapNode => ({
  ...node,
  entries: new Map(node.entries).set(key, entry),
});

/** The text of a scalar that is one. */
export const textOf = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;

export function toJson(node: Node): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toJson);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, toJson(entry.value)]));
  }
}

/** The node at a path, or undefined. */
export function find(node: Node, path: Path): Node | undefined {
  let at: Node | undefined = node;
  for (const step of path) {
    if (at?.kind === 'map') at = at.entries.get(String(step))?.value;
    else if (at?.kind === 'list') at = at.items[Number(step)];
    else return undefined;
  }
  return at;
}

/** Where the value at a path was written; where it was not (a default, a key that is missing), the nearest key above. */
export function locate(node: Node, path: Path): Origin {
  const found = find(node, path);
  if (found?.kind === 'scalar') return found.origin;
  for (let depth = path.length; depth > 0; depth--) {
    const key = locateKey(node, path.slice(0, depth));
    if (key) return key;
  }
  return { ...node.origin, end: node.origin.start + 1 };
}

/** Where the last key of a path was written; for an item of a list, where the item is. */
export function locateKey(node: Node, path: Path): Origin | undefined {
  const last = path.at(-1);
  const parent = find(node, path.slice(0, -1));
  if (parent?.kind === 'map') return parent.entries.get(String(last))?.key;
  if (parent?.kind === 'list') return parent.items[Number(last)]?.origin;
  return undefined;
}

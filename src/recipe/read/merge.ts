import type { Registry } from '../../registry/index.js';
import type { Bases } from './bases.js';
import type { Findings } from '../messages/findings.js';
import {
  invalidNode,
  isInvalid,
  type ListNode,
  type MapNode,
  mapValues,
  type Node,
  type Path,
  type Retyped,
  textOf,
} from './node.js';
import { idOf } from './path.js';
import { kindAt, keysOf } from './sections.js';

/** What merging needs to know, and where it reports what it found. */
export interface MergeContext {
  readonly registry: Registry;
  readonly findings: Findings;
  readonly bases?: Bases | undefined;
}

const isNull = (node: Node): boolean => node.kind === 'scalar' && node.value === null && !isInvalid(node);

/**
 * JSON Merge Patch (RFC 7396): maps merge, all else replaces, `null` takes out. Two additions: a map over a list
 * changes entries by `id`; where `type` changes, inherited keys that the new type lacks are dropped.
 */
export function merge(base: Node | undefined, patch: Node, context: MergeContext, path: Path = []): Node {
  if (patch.kind !== 'map') return base ? { ...patch, before: base } : patch;
  if (base?.kind === 'list') return mergeIntoList(base, patch, context, path);
  const change = base?.kind === 'map' ? retyped(base, patch, context, path) : undefined;
  const kept = new Map(base?.kind === 'map' ? base.entries : []);
  for (const key of change?.fell ?? []) kept.delete(key);
  for (const [key, { key: origin, value }] of patch.entries) {
    const below = [...path, key];
    const inherited = kept.get(key);
    if (!isNull(value)) kept.set(key, { key: origin, value: merge(inherited?.value, value, context, below) });
    else if (inherited) kept.delete(key);
    else context.findings.error('nothing-to-take-out', origin, key, [...kept.keys()]);
  }
  const changes = [...(base?.kind === 'map' ? (base.retyped ?? []) : []), ...(change ? [change] : [])];
  return { ...patch, entries: kept, ...(changes.length > 0 ? { retyped: changes } : {}) };
}

/** What a patch's `type` does to inherited keys; undefined where the type stays the same. */
function retyped(base: MapNode, patch: MapNode, { registry }: MergeContext, path: Path): Retyped | undefined {
  const written = patch.entries.get('type')?.value;
  const [from, to] = [textOf(base.entries.get('type')?.value), textOf(written)];
  if (to === undefined || written === undefined || to === from) return undefined;
  const kind = kindAt(path);
  if (kind === undefined) return undefined;
  const keys = keysOf(registry, kind, to);
  const inherited = [...base.entries.keys()].filter((key) => key !== 'type');
  const stays = (key: string): boolean => keys === undefined || keys.has(key);
  return {
    from: from ?? '',
    to,
    origin: written.origin,
    stayed: inherited.filter(stays),
    fell: inherited.filter((key) => !stays(key)),
  };
}

function mergeIntoList(base: ListNode, patch: MapNode, context: MergeContext, path: Path): Node {
  const items = new Map(base.items.map((item, i) => [idOf(item) ?? i, item]));
  const ids = [...items.keys()].filter((id) => typeof id === 'string');
  if (ids.length === 0) return patch; // A list without ids is replaced, as RFC 7396 has it.
  for (const [id, { key, value }] of patch.entries) {
    const item = items.get(id);
    if (!item) context.findings.error('unknown-id', key, id, ids);
    else if (isNull(value)) items.delete(id);
    else items.set(id, merge(item, value, context, [...path, base.items.indexOf(item)]));
  }
  return { ...base, items: [...items.values()] };
}

/** In a recipe that extends nothing there is nothing to take out, but for what a phase changes. */
export function refuseNulls(node: Node, findings: Findings): Node {
  if (node.kind === 'map')
    return mapValues(node, (value, key) => (key === 'change' ? value : refuseNulls(value, findings)));
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => refuseNulls(item, findings)) };
  if (!isNull(node)) return node;
  findings.error('null-value', node.origin);
  return invalidNode(node.origin);
}

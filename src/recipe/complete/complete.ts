import { CLASS } from '../../registry/index.js';
import { lookUpLike } from './like.js';
import { merge, type MergeContext } from '../read/merge.js';
import {
  type Entry,
  entry,
  find,
  map,
  mapValues,
  type MapNode,
  type Node,
  scalar,
  textOf,
  withEntry,
} from '../read/node.js';
import type { Origin } from '../read/source.js';

/**
 * Writes out what follows from other parts of the recipe: `like`, what a field of classes is read as, an update's networks
 * and optimiser, the order of play where there is one update. Plain defaults come later, from the schemas.
 */
export function complete(root: Node, context: MergeContext): Node {
  if (root.kind !== 'map') return root;
  let node = change(root, ['networks'], (networks) => lookUpLike(networks, context));
  node = change(node, ['data'], (sources) => mapValues(sources, (source) => completeFields(source, context)));
  const optimizer = entry(node, 'optimizer');
  node = change(node, ['game', 'updates'], (updates) =>
    mapValues(updates, (update, name) =>
      update.kind === 'map'
        ? completeUpdate(update, name, updates.entries.get(name)!.key, optimizer, context)
        : update,
    ),
  );
  return change(node, ['game'], completePlay);
}

/** The node with the map at a path changed; itself where there is no map. */
function change(root: MapNode, path: readonly string[], to: (node: MapNode) => MapNode): MapNode {
  const [key, ...rest] = path;
  if (key === undefined) return to(root);
  const child = root.entries.get(key);
  return child?.value.kind === 'map'
    ? withEntry(root, key, { ...child, value: change(child.value, rest, to) })
    : root;
}

/** A field `from: class` without `as` is `as: class`. */
function completeFields(source: Node, { registry }: MergeContext): Node {
  if (source.kind !== 'map') return source;
  const type = textOf(find(source, ['type']));
  if (type === undefined || !registry.find('dataset', type)?.classes) return source;
  return change(source, ['fields'], (fields) =>
    mapValues(fields, (field) => {
      if (field.kind !== 'map' || textOf(find(field, ['from'])) !== CLASS || entry(field, 'as')) return field;
      return withEntry(field, 'as', { key: field.origin, value: scalar(CLASS, field.origin) });
    }),
  );
}

function completeUpdate(
  update: MapNode,
  name: string,
  at: Origin,
  base: Entry | undefined,
  context: MergeContext,
): MapNode {
  let node = update;
  if (!entry(node, 'train')) {
    const self: Node = { kind: 'list', items: [scalar(name, at)], origin: at };
    node = withEntry(node, 'train', { key: at, value: self });
  }
  if (!base) return node;
  const written = entry(node, 'optimizer');
  const path = ['game', 'updates', name, 'optimizer'];
  const optimizer = merge(base.value, written?.value ?? map([], base.value.origin), context, path);
  return withEntry(node, 'optimizer', { key: written?.key ?? base.key, value: optimizer });
}

function completePlay(game: MapNode): MapNode {
  const updates = find(game, ['updates']);
  if (entry(game, 'play') || updates?.kind !== 'map' || updates.entries.size !== 1) return game;
  const [[name, { key }] = ['', { key: game.origin }]] = updates.entries;
  return withEntry(game, 'play', { key, value: { kind: 'list', items: [scalar(name, key)], origin: key } });
}

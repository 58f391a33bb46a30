import { merge, type MergeContext } from '../read/merge.js';
import { entry, invalidNode, isInvalid, type MapNode, type Node, textOf, withEntry } from '../read/node.js';

const without = <T extends Node>(node: T, key: string): T =>
  node.kind === 'map'
    ? { ...node, entries: new Map([...node.entries].filter(([name]) => name !== key)) }
    : node;

/** Writes each `like: M` out: M's keys without `weights`, the network's own keys merged over them. */
export function lookUpLike(networks: MapNode, context: MergeContext): MapNode {
  const names = [...networks.entries.keys()];
  const done = new Map<string, Node>();

  const resolve = (name: string, chain: readonly string[]): Node => {
    const resolved = done.get(name);
    if (resolved) return resolved;
    const node = networks.entries.get(name)!.value;
    const like = entry(node, 'like');
    if (!like || node.kind !== 'map') return node;
    const changes = without(node, 'like');
    const model = textOf(like.value);
    const at = like.value.origin;
    const unknown = (): MapNode => withEntry(changes, 'type', { key: at, value: invalidNode(at) });
    if (isInvalid(like.value)) return unknown();
    if (model === undefined || !networks.entries.has(model)) {
      const others = names.filter((other) => other !== name);
      context.findings.error('unknown-network.name', at, model ?? 'this', others);
      return unknown();
    }
    if (chain.includes(model) || model === name) {
      context.findings.error('like-cycle', at, name);
      return unknown();
    }
    const architecture = without(resolve(model, [...chain, name]), 'weights');
    return merge(architecture, changes, context, ['networks', name]);
  };

  const entries = [...networks.entries].map(([name, item]) => {
    const value = resolve(name, []);
    done.set(name, value);
    return [name, { ...item, value }] as const;
  });
  return { ...networks, entries: new Map(entries) };
}

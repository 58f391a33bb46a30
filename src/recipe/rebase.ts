import { join, relative, sep } from 'node:path';
import { mapValues, type Node, textOf } from './node.js';

/** Texts that begin with `./` or `../` are beside what says them: rewritten to be beside the root recipe. */
export function rebase(node: Node, from: string, to: string): Node {
  if (from === to) return node;
  if (node.kind === 'map') return mapValues(node, (value) => rebase(value, from, to));
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => rebase(item, from, to)) };
  const text = textOf(node);
  if (text === undefined || !/^\.\.?\//.test(text)) return node;
  const path = relative(to, join(from, text)).split(sep).join('/');
  return { ...node, value: path.startsWith('.') ? path : `./${path}` };
}

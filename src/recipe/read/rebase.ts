import { isBeside, type Paths, pathBeside } from '../../core/paths.js';
import { mapValues, type Node, textOf } from './node.js';

/**
 * Texts that begin with `./` or `../` are paths beside the file that contains them: rewritten to be beside the root recipe.
 * @param from the folder of that file. @param to the root recipe's folder. @param on the system whose paths they are.
 */
export function rebase(node: Node, from: string, to: string, on: Paths): Node {
  if (from === to) return node;
  if (node.kind === 'map') return mapValues(node, (value) => rebase(value, from, to, on));
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => rebase(item, from, to, on)) };
  const text = textOf(node);
  if (text === undefined || !isBeside(text)) return node;
  return { ...node, value: pathBeside(to, on.join(from, text), on) };
}

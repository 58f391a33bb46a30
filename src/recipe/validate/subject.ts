import { matchesPath } from '../../core/matches-path.js';
import { type Node, type Path, textOf, find } from '../read/node.js';
import { formatPath } from '../read/path.js';

const SUBJECTS: readonly (readonly [pattern: string, noun: string])[] = [
  ['data.*', 'source'],
  ['data.*.fields.*', 'field'],
  ['networks.*', 'network'],
  ['game.tensors.*', 'tensor'],
  ['game.updates.*', 'update'],
  ['game.updates.*.losses.*', 'loss'],
  ['game.outputs.*', 'output'],
];

/** What a path is, in words: `the loss l1 (hinge)`, `the optimizer`, `"networks.G.encoder.e2"`. */
export function subject(root: Node, path: Path): string {
  if (path.length === 0) return find(root, ['vary']) ? 'the ablation' : 'the recipe';
  if (path.at(-1) === 'optimizer') return 'the optimizer';
  const match = SUBJECTS.find(([pattern]) => matchesPath(pattern, path));
  if (!match) return `"${formatPath(root, path)}"`;
  const type = textOf(find(root, [...path, 'type']));
  return `the ${match[1]} ${String(path.at(-1))}${type === undefined ? '' : ` (${type})`}`;
}

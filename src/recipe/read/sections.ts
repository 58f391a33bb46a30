import { matchesPath } from '../../core/matches-path.js';
import type { Kind, Registry } from '../../registry/index.js';
import { type Node, type Path, textOf } from './node.js';
import { commonKeys } from '../schema/section.js';

/** Kinds of what has a `type` in a recipe; an initialiser is part of a layer. */
export type SectionKind = Exclude<Kind, 'initialiser'>;

/** Paths of sections by kind: `*` is any name or position. */
const SECTIONS: readonly (readonly [pattern: string, kind: SectionKind])[] = [
  ['data.*', 'dataset'],
  ['networks.*', 'network'],
  ['networks.*.layers.*', 'layer'],
  ['game.tensors.*', 'tensor'],
  ['game.updates.*.losses.*', 'loss'],
  ['game.updates.*.losses.*.schedule', 'schedule'],
  ['game.updates.*.optimizer', 'optimizer'],
  ['game.updates.*.optimizer.schedule', 'schedule'],
  ['optimizer', 'optimizer'],
  ['optimizer.schedule', 'schedule'],
  ['evaluate.metrics.*', 'metric'],
];

const SPLIT = SECTIONS.map(([pattern, kind]) => ({ steps: pattern.split('.'), kind }));

/** The kind of definition that a path holds, if any. */
export const kindAt = (path: Path): Kind | undefined =>
  SECTIONS.find(([pattern]) => matchesPath(pattern, path))?.[1];

/** Paths and kinds of everything in a recipe that has a `type`, calls left out. */
export function* sectionsOf(
  root: Node,
): Generator<{ readonly path: Path; readonly kind: SectionKind; readonly node: Node }> {
  for (const { steps, kind } of SPLIT) {
    for (const { path, node } of matches(root, steps)) {
      if (kind === 'tensor' && textOf(node) !== undefined) continue;
      yield { path, kind, node };
    }
  }
}

function* matches(
  node: Node,
  steps: readonly string[],
  path: Path = [],
): Generator<{ path: Path; node: Node }> {
  const [step, ...rest] = steps;
  if (step === undefined) {
    yield { path, node };
  } else if (node.kind === 'map') {
    for (const [key, entry] of node.entries) {
      if (step === '*' || step === key) yield* matches(entry.value, rest, [...path, key]);
    }
  } else if (node.kind === 'list' && step === '*') {
    for (const [i, item] of node.items.entries()) yield* matches(item, rest, [...path, i]);
  }
}

/** All keys that are allowed beside `type: <type>`; undefined where there is no such type. */
export function keysOf(registry: Registry, kind: Kind, type: string): ReadonlySet<string> | undefined {
  const definition = registry.find(kind, type);
  if (!definition) return undefined;
  // A network that is `like` another loses that key only when it is looked up.
  const like = kind === 'network' ? ['like'] : [];
  return new Set([...commonKeys(kind, definition), ...Object.keys(definition.params.properties), ...like]);
}

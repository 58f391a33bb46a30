import type { Findings } from '../messages/findings.js';
import type { Node, Path } from './node.js';
import type { Origin } from './source.js';

/** Names below a node: keys of a map, `id`s of a list's items. */
function namesOf(node: Node | undefined): readonly string[] {
  if (node?.kind === 'map') return [...node.entries.keys()];
  if (node?.kind !== 'list') return [];
  return node.items.map(idOf).filter((id) => id !== undefined);
}

/** The `id` of a list's item. */
export function idOf(item: Node): string | undefined {
  const id = item.kind === 'map' ? item.entries.get('id')?.value : undefined;
  return id?.kind === 'scalar' ? String(id.value) : undefined;
}

function child(node: Node | undefined, name: string): Node | undefined {
  if (node?.kind === 'map') return node.entries.get(name)?.value;
  return node?.kind === 'list' ? node.items.find((item) => idOf(item) === name) : undefined;
}

/** The paths that one with `*` stands for: every name or id below which the whole rest exists. */
export function expandPath(root: Node, path: readonly string[]): readonly (readonly string[])[] {
  const star = path.indexOf('*');
  if (star < 0) return [path];
  const before = path.slice(0, star);
  const parent = before.reduce<Node | undefined>(child, root);
  return namesOf(parent).flatMap((name) => {
    const found = expandPath(root, [...before, name, ...path.slice(star + 1)]);
    return found.filter((p) => p.reduce<Node | undefined>(child, root) !== undefined);
  });
}

/** The value wrapped into maps, one per step: a patch on one line. @param at where each step was written. */
export function nest(path: readonly string[], value: Node, at: (step: number) => Origin): Node {
  return path.reduceRight<Node>(
    (inner, step, i) => ({
      kind: 'map',
      entries: new Map([[step, { key: at(i), value: inner }]]),
      origin: at(i),
    }),
    value,
  );
}

/**
 * The patches that `path: value` means for this recipe; a `*` without a match is an error.
 * @param whole where the path was written, in quotes or not.
 */
export function patchesOf(
  root: Node,
  whole: Origin,
  text: string,
  value: Node,
  findings: Findings,
): readonly Node[] {
  const path = text.split('.');
  const { source } = whole;
  const quotes = Number(/["']/.test(source.text.charAt(whole.start)));
  if (path.some((step) => step === '')) {
    findings.error('bad-path', whole, text);
    return [];
  }
  const paths = expandPath(root, path);
  if (paths.length === 0) findings.error('no-match', whole, text);
  const at = (i: number): Origin => {
    const start = path.slice(0, i).reduce((offset, step) => offset + step.length + 1, whole.start + quotes);
    return { source, start, end: start + path[i]!.length };
  };
  return paths.map((p) => nest(p, value, at));
}

/** A path as messages print it: `networks.G.encoder.e2.filters`, ids in place of positions. */
export function formatPath(root: Node, path: Path): string {
  let node: Node | undefined = root;
  const steps = path.map((step) => {
    if (node?.kind !== 'list') {
      node = child(node, String(step));
      return String(step);
    }
    node = node.items[Number(step)];
    return node && (idOf(node) ?? String(step));
  });
  return steps.join('.');
}

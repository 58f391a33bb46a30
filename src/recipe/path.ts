import type { Findings } from './diagnostics.js';
import { type Node, type Path, map } from './node.js';
import type { Origin } from './source.js';

/** `game.updates.*.losses.adversarial.type` in steps. */
export const parsePath = (text: string): readonly string[] => text.split('.');

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

/** The value wrapped into maps, one per step: a patch on one line. */
export function nest(path: readonly string[], value: Node, at: Origin): Node {
  return path.reduceRight<Node>(
    (inner, step) => ({ ...map([], at), entries: new Map([[step, { key: at, value: inner }]]) }),
    value,
  );
}

/** Patches that a path and a value amount to on this recipe; no match of a `*` is an error. */
export function patchesOf(
  root: Node,
  text: string,
  value: Node,
  at: Origin,
  findings: Findings,
): readonly Node[] {
  const path = parsePath(text);
  if (path.some((step) => step === '')) {
    findings.error(
      'bad-path',
      `"${text}" is no path.`,
      at,
      'A path is keys and ids joined by dots: train.seed.',
    );
    return [];
  }
  const paths = expandPath(root, path);
  if (paths.length === 0) findings.error('no-match', `"${text}" matches nothing in this recipe.`, at);
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

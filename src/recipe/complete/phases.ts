import type { Findings } from '../messages/findings.js';
import { matchesPath } from '../../core/matches-path.js';
import { merge, type MergeContext } from '../read/merge.js';
import {
  entry,
  find,
  isInvalid,
  type MapNode,
  type Node,
  type Path,
  textOf,
  withEntry,
} from '../read/node.js';
import { patchesOf } from '../read/path.js';
import { sectionsOf } from '../read/sections.js';
import { expandShortForms } from '../read/short-forms.js';
import type { Origin } from '../read/source.js';
import { CHANGEABLE } from '../schema/train.js';

/** A phase of training: the recipe with the phase's changes, as a recipe of this phase alone. */
export interface PhaseNode {
  readonly id: string;
  readonly root: Node;
  /** Where its changes were written; undefined where it has none. */
  readonly change: Origin | undefined;
}

/** The phases of a recipe, as far as they can be read. `root` is not yet completed, so that `like` takes over what a phase changes. */
export function phasesOf(root: Node, context: MergeContext): readonly PhaseNode[] {
  const phases = find(root, ['train', 'phases']);
  if (root.kind !== 'map' || phases?.kind !== 'list') return [];
  return phases.items.flatMap((item): PhaseNode[] => {
    const id = textOf(entry(item, 'id')?.value);
    if (item.kind !== 'map' || id === undefined) return [];
    const change = entry(item, 'change')?.value;
    const alone = asOnlyPhase(root, item);
    if (change?.kind !== 'map') return [{ id, root: alone, change: undefined }];
    return [{ id, root: applyChange(alone, change, context), change: change.origin }];
  });
}

/** The recipe as if this were its only phase. */
function asOnlyPhase(root: MapNode, { entries, origin }: MapNode): Node {
  const unchanged: MapNode = {
    kind: 'map',
    entries: new Map([...entries].filter(([key]) => key !== 'change')),
    origin,
  };
  const train = root.entries.get('train')!;
  const phases: Node = { kind: 'list', items: [unchanged], origin };
  const alone = withEntry(train.value as MapNode, 'phases', { key: origin, value: phases });
  return withEntry(root, 'train', { ...train, value: alone });
}

function applyChange(root: Node, change: MapNode, context: MergeContext): Node {
  let node = root;
  for (const [path, { key, value }] of change.entries) {
    if (isInvalid(value)) continue;
    for (const patch of patchesOf(node, key, path, value, context.findings)) {
      if (isAllowed(patch, context.findings)) node = merge(node, expandShortForms(patch), context);
    }
  }
  return node;
}

/** Whether everything that a patch writes may change from phase to phase; reports what may not. */
function isAllowed(patch: Node, findings: Findings, path: Path = [], at: Origin = patch.origin): boolean {
  if (path.some((_, i) => CHANGEABLE.some((pattern) => matchesPath(pattern, path.slice(0, i + 1)))))
    return true;
  if (patch.kind === 'map' && patch.entries.size > 0) {
    return [...patch.entries]
      .map(([key, { key: origin, value }]) => isAllowed(value, findings, [...path, key], origin))
      .every((is) => is);
  }
  findings.error('unchangeable', at, path.join('.'));
  return false;
}

/** Paths, joined by dots, of the schedules that were written within a stretch of text. */
export function schedulesWithin(root: Node, change: Origin | undefined): ReadonlySet<string> {
  if (!change) return new Set();
  const sections = [...sectionsOf(root)].filter(({ kind }) => kind === 'schedule');
  const within = sections.filter(
    ({ node: { origin } }) =>
      origin.source === change.source && origin.start >= change.start && origin.end <= change.end,
  );
  return new Set(within.map(({ path }) => path.join('.')));
}

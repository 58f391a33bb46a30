import { parseDuration } from '../../core/duration.js';
import type { Findings } from '../messages/findings.js';
import { entry, find, type Node, textOf, toJson } from '../read/node.js';
import type { Recipe } from '../recipe.js';
import type { Axis } from './axes.js';

/** Every combination, or some of them drawn at random. */
interface Draw {
  /** Combinations of the axes that are not averaged over; undefined: all. */
  readonly budget?: number;
  readonly seed: number;
}

/** Which combinations of the axes are run, and how far. */
export type Search =
  | ({ readonly type: 'grid' | 'random' } & Draw)
  | ({ readonly type: 'halving' } & Draw & {
        readonly metric: string;
        /** Durations after which the best go on. */
        readonly rungs: readonly string[];
        /** Share that goes on. */
        readonly keep: number;
      });

type Key = 'budget' | 'seed' | 'metric' | 'rungs' | 'keep';

/** Keys that each type takes, and those that it needs. */
const KEYS: Readonly<
  Record<Search['type'], { readonly takes: readonly Key[]; readonly needs: readonly Key[] }>
> = {
  grid: { takes: [], needs: [] },
  random: { takes: ['budget', 'seed'], needs: ['budget'] },
  halving: { takes: ['budget', 'seed', 'metric', 'rungs', 'keep'], needs: ['metric', 'rungs'] },
};
const EXAMPLES: Readonly<Record<Search['type'], string>> = {
  grid: '{ type: grid }',
  random: '{ type: random, budget: 16 }',
  halving: '{ type: halving, metric: val/l1, rungs: [500 steps, 1000 steps], keep: 0.5 }',
};

/** The search of an ablation whose form is sound; without one, every combination. */
export function readSearch(
  root: Node,
  axes: readonly Axis[],
  metrics: readonly string[],
  findings: Findings,
): Search {
  const node = find(root, ['search']);
  const written = (node ? toJson(node) : { type: 'grid' }) as Partial<Record<Key, unknown>> &
    Pick<Search, 'type'>;
  const { type } = written;
  const { takes, needs } = KEYS[type];
  for (const key of Object.keys(written) as (Key | 'type')[]) {
    if (key === 'type' || takes.includes(key)) continue;
    findings.error('idle-key', entry(node, key)!.key, type, key, EXAMPLES[type]);
  }
  for (const key of needs)
    if (written[key] === undefined)
      findings.error('missing-key.search', node!.origin, type, key, EXAMPLES[type]);
  const { metric } = written as { readonly metric?: string };
  if (type === 'halving' && metric !== undefined && !metrics.includes(metric))
    findings.error('unknown-metric.unmeasured', entry(node, 'metric')!.value.origin, metric, metrics);
  const search = { seed: 1, ...(type === 'halving' ? { keep: 0.5 } : {}), ...written } as Search;
  for (const { name, range, key } of axes) {
    if (range && search.budget === undefined) findings.error('endless', key, name);
  }
  return search;
}

/**
 * Halving compares what is measured anyway, so that a run that goes on is the run that it would have been by itself: each
 * rung is a moment at which every trial is evaluated, before its end.
 */
export function checkRungs(
  root: Node,
  search: Search,
  { recipe, phases }: { readonly recipe: Recipe; readonly phases: readonly unknown[] },
  findings: Findings,
): void {
  if (search.type !== 'halving') return;
  const node = find(root, ['search', 'rungs']);
  if (node?.kind !== 'list') return;
  if (phases.length > 1) {
    findings.error('phased-rungs', node.origin);
    return;
  }
  const every = parseDuration(recipe.evaluate?.every ?? '');
  const end = parseDuration(recipe.train.for ?? '');
  let last = 0;
  for (const item of node.items) {
    const rung = parseDuration(textOf(item) ?? '');
    if (!rung || !every || !end) continue;
    if (rung.unit !== every.unit)
      findings.error('unmeasured-rung.unit', item.origin, recipe.evaluate!.every, every.unit);
    else if (Math.abs(rung.count / every.count - Math.round(rung.count / every.count)) > 1e-9)
      findings.error('unmeasured-rung.multiple', item.origin, textOf(item)!, recipe.evaluate!.every);
    if (rung.count <= last) findings.error('rung-order.order', item.origin);
    if (rung.unit === end.unit && rung.count >= end.count)
      findings.error('rung-order.end', item.origin, recipe.train.for!);
    last = rung.count;
  }
}

import type { RunState } from './state.js';
import type { Sweep, SweepRun } from './sweep.js';

/** A run as it is compared with others. */
export interface Candidate {
  readonly run: SweepRun;
  readonly status: RunState['status'];
  /** Every evaluation that its journal holds. */
  readonly evaluations: readonly {
    readonly step: number;
    readonly metrics: Readonly<Record<string, number>>;
  }[];
}

/** Runs that differ only in the axis that is averaged over: they go on together or not at all. */
export interface Group {
  readonly cell: Readonly<Record<string, string>>;
  readonly runs: readonly string[];
  /** Mean of the metric; undefined: not all runs are evaluated yet, NaN: one of them has failed. */
  readonly score: number | undefined;
}

/** A number of steps after which the groups that are left are compared. */
export interface Rung {
  /** As written: `500 steps`. */
  readonly after: string;
  /** Those that train up to here; the best first once all have been evaluated. */
  readonly groups: readonly Group[];
  /** How many of them go on, from the front; undefined: not all have been evaluated. */
  readonly kept: number | undefined;
}

/** Successive halving as far as it has come. It has no state of its own: all is computed from the journals of the runs. */
export function rungsOf(sweep: Sweep, candidates: readonly Candidate[]): readonly Rung[] {
  const { search } = sweep;
  if (search?.type !== 'halving') return [];
  const { metric, rungs, keep } = search;
  const byId = new Map(candidates.map((candidate) => [candidate.run.id, candidate]));
  const sign = sweep.better[metric] === 'lower' ? 1 : -1;
  /** Best first; what has failed or is no number last. */
  const rank = ({ score }: Group): number =>
    score === undefined || !Number.isFinite(score) ? Infinity : sign * score;
  const reached: Rung[] = [];
  let left = groupsOf(sweep, candidates);
  for (const [i, after] of rungs.entries()) {
    const groups = left.map((group) => ({
      ...group,
      score: meanOf(group.runs.map((id) => scoreOf(byId.get(id)!, i, metric))),
    }));
    const isDecided = groups.every(({ score }) => score !== undefined);
    if (!isDecided) return [...reached, { after, groups, kept: undefined }];
    const sorted = groups.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
    const able = sorted.filter(({ score }) => Number.isFinite(score)).length;
    const kept = Math.min(able, Math.max(1, Math.ceil(sorted.length * keep - 1e-9)));
    reached.push({ after, groups: sorted, kept });
    left = sorted.slice(0, kept);
  }
  return reached;
}

/** What a run is to do in a search by halving. */
export interface RungState {
  /** Steps after which it is to wait; undefined: it trains to its end. */
  readonly until: number | undefined;
  /** Why it does not train now: it waits for the others, or it is out. undefined: it may train. */
  readonly idle: 'paused' | 'dropped' | undefined;
}

/** By the id of the run. Without halving all train to their ends. */
export function rungStatesOf(
  { search }: Pick<Sweep, 'search'>,
  rungs: readonly Rung[],
  candidates: readonly Candidate[],
): ReadonlyMap<string, RungState> {
  const metric = search?.type === 'halving' ? search.metric : '';
  return new Map(
    candidates.map((candidate): [string, RungState] => {
      const { run } = candidate;
      for (const [i, { groups, kept }] of rungs.entries()) {
        // A run may belong to several groups; it goes on if one of them does.
        const places = groups.flatMap(({ runs }, place) => (runs.includes(run.id) ? [place] : []));
        if (kept === undefined) {
          const isThere = scoreOf(candidate, i, metric) !== undefined;
          return [run.id, { until: run.rungs?.[i], idle: isThere ? 'paused' : undefined }];
        }
        if (places.every((place) => place >= kept))
          return [run.id, { until: run.rungs?.[i], idle: 'dropped' }];
      }
      return [run.id, { until: undefined, idle: undefined }];
    }),
  );
}

/** A run's metric at a rung; undefined: not evaluated yet, NaN: it never will be. */
function scoreOf({ run, status, evaluations }: Candidate, rung: number, metric: string): number | undefined {
  const step = run.rungs?.[rung];
  const there = evaluations.find((evaluation) => evaluation.step === step);
  if (there) return there.metrics[metric] ?? NaN;
  return status === 'failed' ? NaN : undefined;
}

/** NaN where a run has failed, undefined while a score is missing. */
function meanOf(scores: readonly (number | undefined)[]): number | undefined {
  if (scores.some((score) => score === undefined)) return undefined;
  return (scores as readonly number[]).reduce((a, b) => a + b, 0) / scores.length;
}

function groupsOf(
  { axes, report: { average } }: Pick<Sweep, 'axes' | 'report'>,
  candidates: readonly Candidate[],
): readonly Omit<Group, 'score'>[] {
  const names = axes.map(({ name }) => name).filter((name) => name !== average);
  const groups = new Map<string, { cell: Record<string, string>; runs: Set<string> }>();
  for (const { run } of candidates)
    for (const cell of run.cells) {
      const values = Object.fromEntries(names.map((name) => [name, cell[name]!]));
      const key = JSON.stringify(values);
      const group = groups.get(key) ?? { cell: values, runs: new Set<string>() };
      group.runs.add(run.id);
      groups.set(key, group);
    }
  // Cells that the same runs fill are one group: two would take two of the places at a rung.
  const byRuns = new Map<string, Omit<Group, 'score'>>();
  for (const { cell, runs } of groups.values()) {
    const key = [...runs].join(' ');
    if (!byRuns.has(key)) byRuns.set(key, { cell, runs: [...runs] });
  }
  return [...byRuns.values()];
}

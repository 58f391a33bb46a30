import type { RunState } from './state.js';
import type { Sweep, SweepRun } from './sweep.js';

/** What is known of a run where it is compared with others. */
export interface Climber {
  readonly run: SweepRun;
  readonly status: RunState['status'];
  /** Every evaluation that its journal holds. */
  readonly evaluations: readonly {
    readonly step: number;
    readonly metrics: Readonly<Record<string, number>>;
  }[];
}

/** Runs that differ in what is averaged over, and in nothing else: they go on together or not at all. */
export interface Party {
  readonly cell: Readonly<Record<string, string>>;
  readonly runs: readonly string[];
  /** Mean of the metric here; undefined: not there yet, NaN: one of its runs has failed. */
  readonly score: number | undefined;
}

/** A moment at which those that are left are compared. */
export interface Rung {
  /** As written: `500 steps`. */
  readonly after: string;
  /** Those that train up to here, the best first once all have come. */
  readonly parties: readonly Party[];
  /** How many of them go on, from the front; undefined: not all have come. */
  readonly kept: number | undefined;
}

/** Successive halving as far as it has come: nothing of it is kept anywhere but in the journals of the runs. */
export function climb(sweep: Sweep, climbers: readonly Climber[]): readonly Rung[] {
  const { search } = sweep;
  if (search?.type !== 'halving') return [];
  const { metric, rungs, keep } = search;
  const byId = new Map(climbers.map((climber) => [climber.run.id, climber]));
  const sign = sweep.better[metric] === 'lower' ? 1 : -1;
  /** Best first; what has failed or is no number last. */
  const rank = ({ score }: Party): number =>
    score === undefined || !Number.isFinite(score) ? Infinity : sign * score;
  const reached: Rung[] = [];
  let left = partiesOf(sweep, climbers);
  for (const [i, after] of rungs.entries()) {
    const parties = left.map((party) => ({
      ...party,
      score: meanOf(party.runs.map((id) => scoreOf(byId.get(id)!, i, metric))),
    }));
    const isDecided = parties.every(({ score }) => score !== undefined);
    if (!isDecided) return [...reached, { after, parties, kept: undefined }];
    const sorted = parties.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
    const able = sorted.filter(({ score }) => Number.isFinite(score)).length;
    const kept = Math.min(able, Math.max(1, Math.ceil(sorted.length * keep - 1e-9)));
    reached.push({ after, parties: sorted, kept });
    left = sorted.slice(0, kept);
  }
  return reached;
}

/** Where a run of a search by halving stands. */
export interface Place {
  /** Steps after which it is to wait; undefined: it trains to its end. */
  readonly until: number | undefined;
  /** Nothing more is to be done for now: it waits there, or is out. */
  readonly rests: 'paused' | 'dropped' | undefined;
}

/** Where each run stands. Without halving all train to their ends. */
export function placesOf(
  { search }: Pick<Sweep, 'search'>,
  rungs: readonly Rung[],
  climbers: readonly Climber[],
): ReadonlyMap<string, Place> {
  const metric = search?.type === 'halving' ? search.metric : '';
  return new Map(
    climbers.map((climber): [string, Place] => {
      const { run } = climber;
      for (const [i, { parties, kept }] of rungs.entries()) {
        // A run may stand for several parties; one that goes on takes it along.
        const places = parties.flatMap(({ runs }, place) => (runs.includes(run.id) ? [place] : []));
        if (kept === undefined) {
          const isThere = scoreOf(climber, i, metric) !== undefined;
          return [run.id, { until: run.rungs?.[i], rests: isThere ? 'paused' : undefined }];
        }
        if (places.every((place) => place >= kept))
          return [run.id, { until: run.rungs?.[i], rests: 'dropped' }];
      }
      return [run.id, { until: undefined, rests: undefined }];
    }),
  );
}

/** What a run is judged by at a rung; undefined: it is not there yet, NaN: it never will be. */
function scoreOf({ run, status, evaluations }: Climber, rung: number, metric: string): number | undefined {
  const step = run.rungs?.[rung];
  const there = evaluations.find((evaluation) => evaluation.step === step);
  if (there) return there.metrics[metric] ?? NaN;
  return status === 'failed' ? NaN : undefined;
}

/** One that has failed makes it NaN; of the others all have to be there. */
function meanOf(scores: readonly (number | undefined)[]): number | undefined {
  if (scores.some((score) => score === undefined)) return undefined;
  return (scores as readonly number[]).reduce((a, b) => a + b, 0) / scores.length;
}

function partiesOf(
  { axes, report: { average } }: Pick<Sweep, 'axes' | 'report'>,
  climbers: readonly Climber[],
): readonly Omit<Party, 'score'>[] {
  const names = axes.map(({ name }) => name).filter((name) => name !== average);
  const parties = new Map<string, { cell: Record<string, string>; runs: Set<string> }>();
  for (const { run } of climbers)
    for (const cell of run.cells) {
      const own = Object.fromEntries(names.map((name) => [name, cell[name]!]));
      const key = JSON.stringify(own);
      const party = parties.get(key) ?? { cell: own, runs: new Set<string>() };
      party.runs.add(run.id);
      parties.set(key, party);
    }
  // Cells that the same runs fill are one party: they would take two places.
  const byRuns = new Map<string, Omit<Party, 'score'>>();
  for (const { cell, runs } of parties.values()) {
    const key = [...runs].join(' ');
    if (!byRuns.has(key)) byRuns.set(key, { cell, runs: [...runs] });
  }
  return [...byRuns.values()];
}

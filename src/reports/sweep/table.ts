import type { Sweep } from '../../sweep/index.js';
import type { RunRecord, SweepRecord } from './gather.js';

/** Mean and deviation of a metric over the levels that are averaged. */
export interface Value {
  readonly mean: number;
  /** Of a sample (n - 1); undefined of one value. */
  readonly deviation: number | undefined;
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** The best mean of all. */
  readonly best: boolean;
  /** Not the best, but its range of values overlaps the best one's: these runs cannot separate the two. */
  readonly close: boolean;
}

/** Runs that differ in what is averaged over, and in nothing else. */
export interface Group {
  /** Levels of the rows' axis and of the axes that the report does not name. */
  readonly row: string;
  /** Level of the columns' axis. */
  readonly column: string | undefined;
  readonly label: string;
  /** In the order of the averaged axis. */
  readonly runs: readonly RunRecord[];
  /** By metric; absent where no run of the group has finished. */
  readonly values: Readonly<Record<string, Value>>;
}

export interface ResultTable {
  readonly rows: readonly string[];
  /** One, undefined, where there is no axis of columns. */
  readonly columns: readonly (string | undefined)[];
  readonly metrics: readonly string[];
  readonly groups: readonly Group[];
  /** What the rows are called. */
  readonly head: string;
}

/** The sweep as one table: a group of runs to each pair of row and column. */
export function tabulate({ sweep, runs }: Pick<SweepRecord, 'sweep' | 'runs'>): ResultTable {
  const { axes, report } = sweep;
  const rowAxes = axes.filter(({ name }) => name !== report.columns && name !== report.average);
  // Those named first.
  rowAxes.sort((a, b) => Number(b.name === report.rows) - Number(a.name === report.rows));
  const columnAxis = axes.find(({ name }) => name === report.columns);
  const averaged = axes.find(({ name }) => name === report.average)?.levels ?? [];
  const rows = rowsOf(rowAxes, runs);
  const columns = columnAxis?.levels ?? [undefined];
  const groups = rows.flatMap((row) =>
    columns.map((column): Omit<Group, 'values'> => {
      const name = row.length === 0 ? sweep.name : row.join(', ');
      // A curve or a picture labelled with a number alone would say nothing.
      const names = row.map((level, i) => (/^[A-Za-z]/.test(level) ? level : `${rowAxes[i]!.name} ${level}`));
      const label = row.length === 0 ? sweep.name : names.join(', ');
      const members = runs.flatMap((each) =>
        each.run.cells
          .filter(
            (cell) =>
              rowAxes.every(({ name: axis }, i) => cell[axis] === row[i]) &&
              (column === undefined || cell[columnAxis!.name] === column),
          )
          .map((cell) => ({ each, rank: averaged.indexOf(cell[report.average ?? ''] ?? '') })),
      );
      return {
        row: name,
        column,
        label: column === undefined ? label : `${label}, ${columnAxis!.name} ${column}`,
        runs: members.toSorted((a, b) => a.rank - b.rank).map(({ each }) => each),
      };
    }),
  );
  const names = rows.map((row) => (row.length === 0 ? sweep.name : row.join(', ')));
  const measured = withValues(groups, report.metrics, sweep.better);
  const isDrawn = (sweep.search?.type ?? 'grid') !== 'grid' && columnAxis === undefined;
  return {
    rows: isDrawn ? bestFirst(names, measured, report.metrics[0]!, sweep.better) : names,
    columns,
    metrics: report.metrics,
    groups: measured,
    head: rowAxes.map(({ name }) => name).join(', '),
  };
}

/** Combinations of levels that some run has, the last axis fastest: a search may leave many out. */
function rowsOf(
  axes: readonly Sweep['axes'][number][],
  runs: readonly RunRecord[],
): readonly (readonly string[])[] {
  const ranks = axes.map(({ levels }) => new Map(levels.map((level, i) => [level, i])));
  const rows = new Map<string, readonly string[]>();
  for (const { run } of runs)
    for (const cell of run.cells) {
      const row = axes.map(({ name }) => cell[name]!);
      rows.set(JSON.stringify(row), row);
    }
  const compare = (a: readonly string[], b: readonly string[]): number =>
    ranks.reduce((order, rank, i) => order || rank.get(a[i]!)! - rank.get(b[i]!)!, 0);
  return [...rows.values()].sort(compare);
}

/** Combinations drawn at random have no order, so the best comes first; those without a value come last. */
function bestFirst(
  rows: readonly string[],
  groups: readonly Group[],
  metric: string,
  better: Sweep['better'],
): readonly string[] {
  const sign = better[metric] === 'lower' ? 1 : -1;
  const rank = (row: string): number => {
    const mean = groups.find((group) => group.row === row)?.values[metric]?.mean;
    return mean === undefined || !Number.isFinite(mean) ? Infinity : sign * mean;
  };
  return rows.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}

function withValues(
  groups: readonly Omit<Group, 'values'>[],
  metrics: readonly string[],
  better: Readonly<Record<string, 'lower' | 'higher'>>,
): readonly Group[] {
  const byMetric = metrics.map((metric) => {
    const measured = groups.map((group) => measure(group.runs, metric));
    const sign = better[metric] === 'lower' ? 1 : -1;
    const best = measured
      .filter((value) => value !== undefined && Number.isFinite(value.mean))
      .toSorted((a, b) => sign * (a!.mean - b!.mean))[0];
    return [
      metric,
      measured.map((value) => {
        if (!value || !best) return value && { ...value, best: false, close: false };
        const isBest = value.mean === best.mean;
        const close = !isBest && value.low <= best.high && value.high >= best.low;
        return { ...value, best: isBest, close };
      }),
    ] as const;
  });
  return groups.map((group, i) => ({
    ...group,
    values: Object.fromEntries(
      byMetric.flatMap(([metric, values]) => {
        const value = values[i];
        return value ? [[metric, value]] : [];
      }),
    ),
  }));
}

function measure(runs: readonly RunRecord[], metric: string): Omit<Value, 'best' | 'close'> | undefined {
  // The values of a run that was stopped or has failed are no results.
  const values = runs
    .filter(({ state }) => state.status === 'done')
    .flatMap(({ state }) => state.metrics?.[metric] ?? []);
  if (values.length === 0) return undefined;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : undefined,
    low: Math.min(...values),
    high: Math.max(...values),
    count: values.length,
  };
}

/**
 * Mean and deviation with the digits that are significant by the deviation: `23.1`, `0.4`; four digits without one.
 */
export function roundValue({
  mean,
  deviation,
}: Pick<Value, 'mean' | 'deviation'>): readonly [string, string | undefined] {
  if (!Number.isFinite(mean)) return [String(mean), undefined];
  if (deviation === undefined || !Number.isFinite(deviation) || deviation === 0) {
    return [String(Number(mean.toPrecision(4))), deviation === undefined ? undefined : '0'];
  }
  // Two digits of the deviation, and no more than five of the mean.
  const ofDeviation = 1 - Math.floor(Math.log10(deviation));
  const ofMean = mean === 0 ? ofDeviation : 4 - Math.floor(Math.log10(Math.abs(mean)));
  const digits = Math.max(0, Math.min(ofDeviation, ofMean, 12));
  return [mean.toFixed(digits), deviation.toFixed(digits)];
}

/** What the marks and numbers of the table mean. */
export function legendOf({ groups }: ResultTable, average: string | undefined): string {
  const counts = groups.flatMap(({ values }) => Object.values(values).map(({ count }) => count));
  if (counts.length === 0) return 'Nothing is measured yet.';
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const of = least === most ? String(most) : `${least} to ${most}`;
  if (most === 1) return 'One run each, so nothing here tells an effect from chance; bold: best.';
  const hint =
    'bold: best mean; ≈: its values overlap with the best one’s, so these runs do not tell the two apart';
  const few = most < 5 ? ` With ${of} each, take even what does not overlap as a hint, not as proof.` : '';
  return `Mean ± standard deviation over ${of} ${average ?? 'run'}s, measured after the last step; ${hint}.${few}`;
}

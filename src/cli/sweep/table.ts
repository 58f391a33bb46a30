import { paint } from '../../core/node/paint.js';
import { formatTable } from '../../core/table.js';
import type { RunState, TrialState, Sweep } from '../../sweep/index.js';

/** What the process of a run has reported beyond its journal. */
export interface Live {
  /** Of the whole run. */
  readonly steps?: number | undefined;
  /** Steps done before this process started it. */
  readonly from?: number | undefined;
  /** Milliseconds of a recent step. */
  readonly ms?: number | undefined;
}

const MAX_REASON_CHARS = 70;
const COLOUR: Readonly<Record<RunState['status'], (text: string) => string>> = {
  queued: paint.dim,
  running: paint.cyan,
  done: paint.green,
  failed: paint.red,
  stopped: paint.yellow,
  paused: paint.blue,
  dropped: paint.dim,
};

/** One line a run: its levels, its steps, its newest metrics or why it failed. */
export function formatTrialStates(
  { axes, report: { metrics } }: Pick<Sweep, 'axes' | 'report'>,
  trials: readonly TrialState[],
  live: ReadonlyMap<string, Live> = new Map(),
): string {
  const head = ['', ...axes.map(({ name }) => name), 'state', 'steps', '', ...metrics];
  const rows = trials.map(({ run, state }) => {
    const { steps, ms } = live.get(run.id) ?? {};
    const [cell = {}] = run.cells;
    const others = run.cells.length - 1;
    const cells = axes.map(({ name }, i) => `${cell[name]!}${i === 0 && others > 0 ? ` (+${others})` : ''}`);
    const step = state.step === undefined ? '' : String(state.step);
    const rate =
      state.status === 'running' && ms !== undefined && ms > 0 ? `${(1000 / ms).toPrecision(3)}/s` : '';
    const values =
      state.status === 'failed'
        ? [firstLine(state.reason ?? '')]
        : metrics.map((metric) => formatValue(state.metrics?.[metric]));
    return [
      String(run.index),
      ...cells,
      COLOUR[state.status](state.status),
      steps === undefined ? step : `${step === '' ? '0' : step}/${steps}`,
      rate,
      ...values,
      ...Array.from({ length: metrics.length - values.length }, () => ''),
    ];
  });
  const right = [0, ...head.map((_, i) => i).filter((i) => i > axes.length + 1)];
  return formatTable(head, rows, right);
}

export function countStates(trials: readonly TrialState[]): string {
  const order = ['done', 'running', 'paused', 'queued', 'stopped', 'dropped', 'failed'] as const;
  return order
    .map((status) => [status, trials.filter(({ state }) => state.status === status).length] as const)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => COLOUR[status](`${count} ${status}`))
    .join(', ');
}

const formatValue = (value: number | undefined): string =>
  value === undefined ? '' : Number.isFinite(value) ? value.toPrecision(4) : String(value);

const firstLine = (text: string): string => {
  const [line = ''] = text.split('\n');
  return line.length > MAX_REASON_CHARS ? `${line.slice(0, MAX_REASON_CHARS - 1)}…` : line;
};

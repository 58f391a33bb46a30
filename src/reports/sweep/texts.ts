import type { Sweep } from '../../sweep/index.js';
import type { RunRecord } from './gather.js';
import { publishedAt, publishedNote } from './published.js';
import { type Group, legendOf, type ResultTable, roundValue } from './table.js';

/** A cell in Markdown. */
function markdownCell({ values }: Group, metric: string): string {
  const value = values[metric];
  if (!value) return '';
  const [mean, deviation] = roundValue(value);
  const text = deviation === undefined ? mean : `${mean} ± ${deviation}`;
  return value.best ? `**${text}**` : value.close ? `${text} ≈` : text;
}

const arrow = (sweep: Sweep, metric: string): string => (sweep.better[metric] === 'lower' ? '↓' : '↑');
const inMarkdown = (text: string): string => text.replaceAll('|', '\\|');

/** The table for a README. */
export function markdownTable(sweep: Sweep, table: ResultTable): string {
  const { rows, columns, metrics, groups, head } = table;
  const published = sweep.report.published ?? [];
  const titles = [
    head,
    ...columns.flatMap((column) =>
      metrics.map((metric) =>
        [
          column === undefined ? '' : `${sweep.report.columns!} ${column}: `,
          metric,
          ' ',
          arrow(sweep, metric),
        ].join(''),
      ),
    ),
    ...published.flatMap((set, i) =>
      columns.flatMap((column) =>
        set.metrics.map((metric) => `${column === undefined ? '' : `${column}: `}${metric} [${i + 1}]`),
      ),
    ),
  ];
  const lines = rows.map((row) => [
    row,
    ...columns.flatMap((column) => {
      const group = groups.find((each) => each.row === row && each.column === column)!;
      return metrics.map((metric) => markdownCell(group, metric));
    }),
    ...published.flatMap((set) => columns.flatMap((column) => publishedAt(set, row, column))),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.map(inMarkdown).join(' | ')} |`;
  return [
    line(titles),
    `| --- |${' ---: |'.repeat(titles.length - 1)}`,
    ...lines.map(line),
    '',
    legendOf(table, sweep.report.average),
    ...published.map((set, i) => `\n[${i + 1}] ${publishedNote(set)}`),
    '',
  ].join('\n');
}

const inLatex = (text: string): string =>
  text
    .replace(/[\\{}]/g, (letter) => (letter === '\\' ? '\\textbackslash{}' : `\\${letter}`))
    .replace(/[&%$#_]/g, '\\$&')
    .replaceAll('~', '\\textasciitilde{}')
    .replaceAll('^', '\\textasciicircum{}')
    .replaceAll('≈', '$\\approx$')
    .replaceAll('’', "'")
    .replaceAll('±', '$\\pm$');

function latexCell({ values }: Group, metric: string): string {
  const value = values[metric];
  if (!value) return '--';
  const [mean, deviation] = roundValue(value);
  const number = value.best ? `\\mathbf{${mean}}` : mean;
  const text = `$${number}${deviation === undefined ? '' : ` \\pm ${deviation}`}$`;
  return value.close ? `${text}\\,$^{\\approx}$` : text;
}

/** The table for a paper: needs the packages booktabs and nothing else. */
export function latexTable(sweep: Sweep, table: ResultTable): string {
  const { rows, columns, metrics, groups, head } = table;
  const published = sweep.report.published ?? [];
  const blocks = [
    ...columns.map((column) => ({
      title: column === undefined ? 'ours' : inLatex(`${sweep.report.columns!} ${column}`),
      names: metrics.map(
        (metric) => `${inLatex(metric)} $${sweep.better[metric] === 'lower' ? '\\downarrow' : '\\uparrow'}$`,
      ),
      cells: (row: string) => {
        const group = groups.find((each) => each.row === row && each.column === column)!;
        return metrics.map((metric) => latexCell(group, metric));
      },
    })),
    ...published.flatMap((set, i) =>
      columns.map((column) => ({
        title: `published$^{${i + 1}}$${column === undefined ? '' : ` ${inLatex(column)}`}`,
        names: set.metrics.map(inLatex),
        cells: (row: string) => publishedAt(set, row, column).map((text) => (text === '' ? '--' : text)),
      })),
    ),
  ];
  const several = blocks.length > 1;
  let next = 2;
  const spans = blocks.map(({ title, names }) => {
    const [from, to] = [next, (next += names.length) - 1];
    return { text: `\\multicolumn{${names.length}}{c}{${title}}`, rule: `\\cmidrule(lr){${from}-${to}}` };
  });
  const line = (cells: readonly string[]): string => `  ${cells.join(' & ')} \\\\`;
  return [
    '% Needs \\usepackage{booktabs}.',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${inLatex(sweep.summary ?? sweep.name)}. ${inLatex(legendOf(table, sweep.report.average))}${published
      .map((set, i) => ` $^{${i + 1}}$${inLatex(publishedNote(set))}`)
      .join('')}}`,
    `  \\label{tab:${sweep.name}}`,
    `  \\begin{tabular}{l${'r'.repeat(blocks.reduce((sum, { names }) => sum + names.length, 0))}}`,
    '  \\toprule',
    ...(several
      ? [line(['', ...spans.map(({ text }) => text)]), `  ${spans.map(({ rule }) => rule).join(' ')}`]
      : []),
    line([inLatex(head), ...blocks.flatMap(({ names }) => names)]),
    '  \\midrule',
    ...rows.map((row) => line([inLatex(row), ...blocks.flatMap(({ cells }) => cells(row))])),
    '  \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

const inCsv = (value: string | number | undefined): string => {
  const text = String(value ?? '');
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const csv = (lines: readonly (readonly (string | number | undefined)[])[]): string =>
  lines.map((cells) => `${cells.map(inCsv).join(',')}\n`).join('');

/** One line per row, column and metric, for spreadsheets and pandas. */
export function csvTable(sweep: Sweep, { groups, metrics, head }: ResultTable): string {
  return csv([
    [
      head,
      sweep.report.columns ?? 'column',
      'metric',
      'mean',
      'sd',
      'n',
      'min',
      'max',
      'best',
      'overlaps_best',
    ],
    ...groups.flatMap(({ row, column, values }) =>
      metrics.flatMap((metric) => {
        const value = values[metric];
        if (!value) return [];
        const { mean, deviation, count, low, high, best, close } = value;
        return [[row, column, metric, mean, deviation, count, low, high, Number(best), Number(close)]];
      }),
    ),
  ]);
}

/** One line per trial; equal ones name the same run. */
export function csvRuns(sweep: Sweep, runs: readonly RunRecord[]): string {
  return csv([
    [
      ...sweep.axes.map(({ name }) => name),
      'index',
      'run',
      'state',
      'step',
      'seconds',
      ...sweep.report.metrics,
    ],
    ...runs.flatMap(({ run, state, stepMs }) =>
      run.cells.map((cell) => [
        ...sweep.axes.map(({ name }) => cell[name]),
        run.index,
        run.id,
        state.status,
        state.step,
        Math.round(stepMs / 1000),
        ...sweep.report.metrics.map((metric) => state.metrics?.[metric]),
      ]),
    ),
  ]);
}

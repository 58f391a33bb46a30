import type { Image } from '../../core/image.js';
import { type Grid, readOutput, readOutputs, renderGrid } from '../../record/pictures/index.js';
import type { RunRecord, SweepRecord } from './gather.js';
import type { Group, ResultTable } from './table.js';

/** One row per input: what it is made from, what each variant makes of it, what it should be. */
export interface ComparedPictures {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly png: Buffer;
}

/** With more variants than this side by side each is too small to see: then each row of the table has a picture. */
const MAX_COLUMNS = 8;
/** Width of all columns together. */
const PAGE_WIDTH_PX = 960;

interface Shown {
  readonly label: string;
  readonly run: RunRecord;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly label: string; readonly files: readonly string[] }[];
}

/** The newest pictures of the first run of each group that has some. */
export async function comparePictures(
  { sweep }: Pick<SweepRecord, 'sweep'>,
  table: ResultTable,
): Promise<readonly ComparedPictures[]> {
  const shown: { readonly group: Group; readonly each: Shown }[] = [];
  for (const group of table.groups) {
    const each = await showGroup(group);
    if (each) shown.push({ group, each });
  }
  const wide = shown.length > MAX_COLUMNS && table.columns.length > 1;
  const pages = wide
    ? table.rows.map((row) => ({ row, title: `${table.head} ${row}` }))
    : [{ row: undefined, title: sweep.name }];
  // Columns are narrow: the names of two axes stand on two lines.
  const captionOf = ({ label, row, column }: Group, within: string | undefined): string => {
    if (column === undefined) return label;
    const below = `${sweep.report.columns!} ${column}`;
    return within === undefined ? `${table.head} ${row}\n${below}` : below;
  };
  const pictures: ComparedPictures[] = [];
  for (const { row, title } of pages) {
    const members = shown.flatMap(({ group, each }) =>
      row === undefined || group.row === row ? [{ ...each, label: captionOf(group, row) }] : [],
    );
    const grid = await gridOf(members);
    if (!grid) continue;
    const name = row === undefined ? 'pictures' : `pictures-${row.replace(/[^A-Za-z0-9_.-]+/g, '-')}`;
    const seed = sweep.report.average === undefined ? '' : `, one ${sweep.report.average} of each`;
    pictures.push({ name, title, png: await renderGrid({ ...grid, title: `${title}${seed}` }) });
  }
  return pictures;
}

async function showGroup({ label, runs }: Group): Promise<Shown | undefined> {
  for (const run of runs) {
    const outputs = run.state.status === 'done' ? await readOutputs(run.state.path) : undefined;
    if (outputs) return { label, run, columns: outputs.columns, rows: outputs.rows };
  }
  return undefined;
}

/** Columns that all variants share stand once: inputs on the left, references on the right. */
async function gridOf(members: readonly Shown[]): Promise<Grid | undefined> {
  const [first] = members;
  if (!first) return undefined;
  // Of several draws the second is the column `fake 2`.
  const isMade = ({ run }: Shown, column: string): boolean =>
    run.outputs.some((output) => column === output || column.startsWith(`${output} `));
  const made = first.columns.findIndex((column) => isMade(first, column));
  const inputs = first.columns.filter((column, i) => i < made && !isMade(first, column));
  const references = first.columns.filter((column, i) => i > made && !isMade(first, column));
  const labels = first.rows
    .map(({ label }) => label)
    .filter((label) => members.every(({ rows }) => rows.some((row) => row.label === label)));
  const read = ({ run, columns, rows }: Shown, label: string, column: string): Promise<Image> =>
    readOutput(run.state.path, rows.find((row) => row.label === label)!.files[columns.indexOf(column)]!);
  const variants = members.flatMap((member) => {
    const outputs = member.columns.filter((column) => isMade(member, column));
    return outputs.map((column) => ({
      member,
      column,
      title: outputs.length === 1 ? member.label : `${member.label}: ${column}`,
    }));
  });
  const rows: Grid['rows'][number][] = [];
  for (const label of labels) {
    const images = await Promise.all([
      ...inputs.map((column) => read(first, label, column)),
      ...variants.map(({ member, column }) => read(member, label, column)),
      ...references.map((column) => read(first, label, column)),
    ]);
    rows.push({ label, images });
  }
  if (rows.length === 0) return undefined;
  const titles = [...inputs, ...variants.map(({ title }) => title), ...references];
  // A picture no wider than the page is not scaled down, so its captions stay readable.
  return { columns: titles, rows, cell: Math.floor(PAGE_WIDTH_PX / titles.length) };
}

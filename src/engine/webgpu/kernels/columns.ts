import type { TensorInfo } from '@tensorflow/tfjs';
import { sizeOf } from '../../../core/shape.js';
import type { WebgpuBackend } from '../backend.js';
import { groupsFor, newTensor, perElement, type Program, runProgram, WORKGROUP } from '../program.js';

/** Columns that a workgroup works on side by side: neighbours in memory. */
const COLUMNS = 32;
const LANES = WORKGROUP / COLUMNS;
/** Rows that one workgroup goes through: few enough to have a workgroup for every processor of a large image. */
const ROWS = 512;

/** How the rows of a matrix are shared out among workgroups. */
export interface Share {
  readonly rows: number;
  readonly columns: number;
  readonly chunks: number;
  /** Rows of every chunk but the last. */
  readonly each: number;
  readonly dispatch: readonly [number, number, number];
}

/** @param shape of a tensor of which all axes but the last are rows. */
export function share(shape: readonly number[]): Share {
  const columns = shape.at(-1)!;
  const rows = sizeOf(shape.slice(0, -1));
  const chunks = Math.ceil(rows / ROWS);
  return { rows, columns, chunks, each: ROWS, dispatch: [Math.ceil(columns / COLUMNS), chunks, 1] };
}

/** A tensor of one row for each chunk; of one axis where there is one chunk, whose row is the result. */
export const rowPerChunk = (backend: WebgpuBackend, { chunks, columns }: Share): TensorInfo =>
  newTensor(backend, chunks === 1 ? [columns] : [chunks, columns]);

/**
 * WGSL for programs with numbers `rows` and `columns`: the invocation's place, and `total`, the sum of a value over
 * the invocations that work on one column. Call it where all invocations come by.
 */
export const COLUMN_CODE = `
struct Place { column: u32, first: u32, end: u32, chunk: u32, count: f32, inside: bool, writes: bool }
fn place(group: vec3u, lane: u32) -> Place {
  let column = group.x * ${COLUMNS}u + lane % ${COLUMNS}u;
  let begin = group.y * ${ROWS}u;
  let end = min(begin + ${ROWS}u, numbers.rows);
  let inside = column < numbers.columns;
  return Place(
    column, begin + lane / ${COLUMNS}u, select(0u, end, inside), group.y, f32(end - begin),
    inside, inside && lane < ${COLUMNS}u,
  );
}
var<workgroup> parts: array<f32, ${WORKGROUP}>;
fn total(lane: u32, value: f32) -> f32 {
  parts[lane] = value;
  workgroupBarrier();
  for (var half = ${WORKGROUP / 2}u; half >= ${COLUMNS}u; half /= 2u) {
    if (lane < half) { parts[lane] += parts[lane + half]; }
    workgroupBarrier();
  }
  let sum = parts[lane % ${COLUMNS}u];
  workgroupBarrier();
  return sum;
}`;

/** Rows from one that an invocation goes to its next. */
export const ROW_STEP = `${LANES}u`;

/** WGSL: the head of a program's entry point that works on columns. */
export const COLUMN_MAIN = `@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32)`;

const SUMS: Program<'x' | 'sums', 'rows' | 'columns'> = {
  name: 'gan_column_sums',
  tensors: { sums: 'read_write', x: 'read' },
  numbers: { rows: 'u32', columns: 'u32' },
  code: `${COLUMN_CODE}
${COLUMN_MAIN} {
  let at = place(group, lane);
  var sum = 0.0;
  for (var row = at.first; row < at.end; row += ${ROW_STEP}) { sum += x[row * numbers.columns + at.column]; }
  sum = total(lane, sum);
  if (at.writes) { sums[at.chunk * numbers.columns + at.column] = sum; }
}`,
};

/** Rows that one invocation sums, without waiting for others, as fast as several do. */
const FEW_ROWS = 32;

const SUMS_OF_FEW: Program<'x' | 'sums', 'rows'> = {
  name: 'gan_column_sums_of_few',
  tensors: { sums: 'read_write', x: 'read' },
  numbers: { rows: 'u32' },
  code: perElement(
    'sums',
    `  let columns = numbers.sumsSize;
  var sum = x[i];
  for (var row = 1u; row < numbers.rows; row++) { sum += x[row * columns + i]; }
  sums[i] = sum;`,
  ),
};

/** Sums over all axes but the last, as a vector. */
function columnSums(backend: WebgpuBackend, x: TensorInfo): TensorInfo {
  const shared = share(x.shape);
  const sums = rowPerChunk(backend, shared);
  const { rows, columns } = shared;
  if (rows <= FEW_ROWS) {
    runProgram(backend, SUMS_OF_FEW, { sums, x }, { rows }, groupsFor(backend, columns));
    return sums;
  }
  runProgram(backend, SUMS, { sums, x }, { rows, columns }, shared.dispatch);
  return finish(backend, sums, shared);
}

/** The sums of partial sums; where there is one part only, that is what it gives back. Takes the parts away. */
export function finish(
  backend: WebgpuBackend,
  parts: TensorInfo,
  { chunks }: Pick<Share, 'chunks'>,
): TensorInfo {
  if (chunks === 1) return parts;
  const sums = columnSums(backend, parts);
  backend.disposeData(parts.dataId);
  return sums;
}

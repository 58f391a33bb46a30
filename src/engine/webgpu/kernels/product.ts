/** How much of a product a workgroup computes. */
export interface Tile {
  /** Rows, and columns, of the result. */
  readonly size: number;
  /** Rows, and columns, of those that each invocation computes: its sums stay in registers. */
  readonly each: 2 | 4;
}

/** Summands that a workgroup holds at a time. */
export const DEPTH = 16;

/**
 * How a product of two matrices reads its factors and where it puts its result, in WGSL. All code may use `numbers`,
 * `TILE`, `DEPTH`, `LANES`, `READS` and `lane`.
 */
export interface Product {
  /** Declarations: functions that the rest calls. */
  readonly declarations: string;
  /**
   * Statements before the sum, which see `place`, `firstRow` and `firstColumn`. They set `steps`, the number of pieces
   * of DEPTH summands that there are in this place, and `pieces`, how many of them make a `segment`.
   */
  readonly prepare: string;
  readonly left: Reading;
  readonly right: Reading;
  /** Expression: position in the result of the element at `row` and `column`, both inside; NOWHERE for none. */
  readonly position: string;
  /** Expressions for the numbers of rows and columns. */
  readonly rows: string;
  readonly columns: string;
}

interface Reading {
  /** What neighbours in memory differ in: neighbouring invocations read neighbours. */
  readonly along: 'depth' | 'side';
  /**
   * Expression: the factor at `side` (a row of the left, a column of the right), the `i`th of READS that this
   * invocation reads, and `begin + depth` in the current `segment`. 0 where there is none.
   */
  readonly value: string;
}

/** An invocation's share of a tile of factors. */
function read(name: 'left' | 'right', { along, value }: Reading): string {
  const place =
    along === 'depth'
      ? 'let depth = lane % DEPTH; let side = lane / DEPTH + LANES / DEPTH * i;'
      : 'let side = lane % TILE; let depth = lane / TILE + LANES / TILE * i;';
  return `for (var i = 0u; i < READS; i++) { ${place} ${name}Tile[depth * PITCH + side / EACH][side % EACH] = ${value}; }`;
}

/**
 * WGSL of a product of matrices that are read where they lie, an image's patches among them, tile by tile through
 * workgroup memory (the blocked product of e.g. Volkov & Demmel 2008, doi:10.1109/SC.2008.5214359). Each workgroup has
 * one tile of the result, `group.y` down and `group.x` across; `group.z` counts places, products of their own, and
 * within each of them `numbers.splits` parts of the sum, of `numbers.each` steps, which are results of their own.
 */
export const product = (
  { size, each }: Tile,
  { declarations, prepare, left, right, position, rows, columns }: Product,
): string => `
const TILE = ${size}u;
const EACH = ${each}u;
const DEPTH = ${DEPTH}u;
/** Invocations along a side of the tile, and in all. */
const EDGE = TILE / EACH;
const LANES = EDGE * EDGE;
const READS = TILE * DEPTH / LANES;
/** One more than the vectors in a row, so that rows begin in different banks. */
const PITCH = EDGE + 1u;
const NOWHERE = 0xffffffffu;
var<workgroup> leftTile: array<vec${each}f, DEPTH * PITCH>;
var<workgroup> rightTile: array<vec${each}f, DEPTH * PITCH>;
${declarations}
@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let firstRow = group.y * TILE;
  let firstColumn = group.x * TILE;
  let place = group.z / numbers.splits;
  let part = group.z % numbers.splits;
  ${prepare}
  var sums: array<vec${each}f, EACH>;
  let end = min((part + 1u) * numbers.each, steps);
  for (var step = part * numbers.each; step < end; step++) {
    let segment = step / pieces;
    let begin = step % pieces * DEPTH;
    ${read('left', left)}
    ${read('right', right)}
    workgroupBarrier();
    for (var k = 0u; k < DEPTH; k++) {
      let a = leftTile[k * PITCH + lane / EDGE];
      let b = rightTile[k * PITCH + lane % EDGE];
      ${Array.from({ length: each }, (_, i) => `sums[${i}] += a[${i}] * b;`).join(' ')}
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < EACH; i++) {
    for (var j = 0u; j < EACH; j++) {
      let row = firstRow + lane / EDGE * EACH + i;
      let column = firstColumn + lane % EDGE * EACH + j;
      if (row < ${rows} && column < ${columns}) {
        let at = ${position};
        if (at != NOWHERE) { result[part * numbers.size + at] = sums[i][j]; }
      }
    }
  }
}`;

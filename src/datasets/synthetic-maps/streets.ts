import type { Random } from '../../core/random.js';
import { CAR_COLOURS, heightOf, type Layout, REACH, type Rect, widthOf } from './layout.js';
import { MAIN_ROADS, STREET } from './materials.js';

/** Widths; all lengths here are of the grid. */
const MAIN = 0.036;
const SIDE_STREET = 0.021;
/** Longest side of a block. */
const BLOCK = 0.2;

/** A block, and the part of the town between main roads that it belongs to. */
export interface Block {
  readonly rect: Rect;
  readonly quarter: number;
}

/** Lays main roads through all of the grid, side streets between them, and returns the blocks that are left. */
export function layStreets(layout: Layout, random: Random): readonly Block[] {
  const columns = mainRoads(random);
  const rows = mainRoads(random);
  const blocks: Block[] = [];
  let quarter = 0;
  gaps(columns).forEach(([left, right]) => {
    gaps(rows).forEach(([top, bottom]) => {
      // Quarters differ in how finely they are divided.
      const size = BLOCK * (0.75 + 0.6 * random.uniform());
      divide({ left, top, right, bottom }, size, layout, random, (rect) => blocks.push({ rect, quarter }));
      quarter++;
    });
  });
  const all = { left: -REACH, top: -REACH, right: REACH, bottom: REACH };
  for (const x of columns) layMain({ ...all, left: x - MAIN / 2, right: x + MAIN / 2 }, layout, random);
  for (const y of rows) layMain({ ...all, top: y - MAIN / 2, bottom: y + MAIN / 2 }, layout, random);
  return blocks;
}

/** Where main roads run in one direction: unevenly, half a length apart. */
function mainRoads(random: Random): readonly number[] {
  const roads: number[] = [];
  for (let at = -REACH + 0.5 * random.uniform(); at < REACH; at += 0.38 + 0.3 * random.uniform())
    roads.push(at);
  return roads;
}

function gaps(roads: readonly number[]): readonly (readonly [number, number])[] {
  const starts = [-REACH, ...roads.map((at) => at + MAIN / 2)];
  const ends = [...roads.map((at) => at - MAIN / 2), REACH];
  return starts.map((start, i) => [start, ends[i]!] as const).filter(([start, end]) => end - start > 0.02);
}

/** Halves the longer side, unevenly, with a street between, until blocks are small enough. */
function divide(rect: Rect, size: number, layout: Layout, random: Random, emit: (block: Rect) => void): void {
  const [width, height] = [widthOf(rect), heightOf(rect)];
  if (Math.max(width, height) <= size || Math.min(width, height) < 0.04) {
    emit(rect);
    return;
  }
  const share = 0.38 + 0.24 * random.uniform();
  const upright = width > height;
  const at = upright ? rect.left + width * share : rect.top + height * share;
  const [from, to] = [at - SIDE_STREET / 2, at + SIDE_STREET / 2];
  const street = upright ? { ...rect, left: from, right: to } : { ...rect, top: from, bottom: to };
  layout.fill(street, STREET);
  driveAlong(street, 0.9, layout, random);
  divide(upright ? { ...rect, right: from } : { ...rect, bottom: from }, size, layout, random, emit);
  divide(upright ? { ...rect, left: to } : { ...rect, top: to }, size, layout, random, emit);
}

/** A main road with a broken line along its middle. */
function layMain(rect: Rect, layout: Layout, random: Random): void {
  const upright = heightOf(rect) > widthOf(rect);
  const { surface, line } = upright ? MAIN_ROADS.upright : MAIN_ROADS.level;
  layout.fill(rect, surface);
  const middle = upright ? (rect.left + rect.right) / 2 : (rect.top + rect.bottom) / 2;
  const half = 0.0016;
  for (let at = -REACH; at < REACH && layout.shows(2 * half); at += 0.03) {
    const [from, to] = [middle - half, middle + half];
    const dash = upright
      ? { left: from, right: to, top: at, bottom: at + 0.016 }
      : { top: from, bottom: to, left: at, right: at + 0.016 };
    layout.fill(dash, line);
  }
  driveAlong(rect, 2.2, layout, random);
}

/** Cars on both lanes. @param density cars per length and lane. */
function driveAlong(road: Rect, density: number, layout: Layout, random: Random): void {
  const upright = heightOf(road) > widthOf(road);
  const [length, width] = upright ? [heightOf(road), widthOf(road)] : [widthOf(road), heightOf(road)];
  for (const lane of [0.27, 0.73]) {
    for (let n = Math.floor(length * density * 2 * random.uniform() + random.uniform()); n > 0; n--) {
      const along = random.uniform() * length;
      const across = width * lane;
      const [long, wide] = [0.0135, 0.0068];
      const car = upright
        ? { left: road.left + across - wide / 2, top: road.top + along, right: 0, bottom: 0 }
        : { left: road.left + along, top: road.top + across - wide / 2, right: 0, bottom: 0 };
      const [w, h] = upright ? [wide, long] : [long, wide];
      layout.park({ ...car, right: car.left + w, bottom: car.top + h }, random.integer(CAR_COLOURS.length));
    }
  }
}

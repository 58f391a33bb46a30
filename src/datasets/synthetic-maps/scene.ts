import { Random } from '../../core/random.js';
import type { ImageSize } from '../../registry/index.js';
import { Band } from './band.js';
import { fillBlocks } from './blocks.js';
import { Layout, type Rect } from './layout.js';
import { BANK, BEACH, MAIN_ROADS } from './materials.js';
import { layStreets } from './streets.js';
import { drawView, pixelsPerGrid, type View } from './view.js';

/** Half the width of a motorway in tiles. */
export const MOTORWAY_HALF = 0.03;
/** Land beside water or a motorway that nothing is built on. */
const MARGIN = 0.016;
/** Cells of the layout per pixel: its edges are then finer than the picture's. */
const FINENESS = 1.25;
/** Where light comes from in every picture: the upper left. Shadows fall the other way. */
const SUN = [-0.78, -0.62] as const;

export interface Water {
  readonly band: Band;
  /** Width of what lies beside it, and its material. */
  readonly shore: number;
  readonly shoreMaterial: number;
  /** Materials of the roads that cross it. */
  readonly bridged: readonly number[];
}

/** One tile of a town, the same at every size: what both painters look at. */
export interface Scene {
  readonly view: View;
  readonly layout: Layout;
  readonly water: Water | undefined;
  readonly motorway: Band | undefined;
  readonly random: Random;
}

/** Draws a tile. @param seed what it derives from: equal seeds give one tile. */
export function drawScene(seed: readonly (string | number)[], size: ImageSize): Scene {
  const random = new Random(...seed, 'scene');
  const view = drawView(random);
  const water = drawWater(random, view);
  const motorway = drawMotorway(random);
  const layout = new Layout(FINENESS * pixelsPerGrid(size), turn(SUN, view.angle));
  const isDry = (rect: Rect): boolean => {
    const centre = [(rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2] as const;
    const points = [
      centre,
      [rect.left, rect.top],
      [rect.right, rect.top],
      [rect.left, rect.bottom],
      [rect.right, rect.bottom],
    ] as const;
    return points.every(([u, v]) => {
      const [x, y] = view.fromGrid(u, v);
      if (water && water.band.distance(x, y) < water.shore + 0.004) return false;
      return !motorway || motorway.distance(x, y) > MARGIN;
    });
  };
  // A stream of its own, so that rounding at one size cannot move the streets of another.
  const blocks = layStreets(layout, new Random(...seed, 'streets'));
  fillBlocks(blocks, { layout, random: new Random(...seed, 'blocks'), isDry });
  return { view, layout, water, motorway, random: new Random(...seed, 'painters') };
}

function turn([x, y]: readonly [number, number], angle: number): readonly [number, number] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [cos * x - sin * y, sin * x + cos * y];
}

function drawWater(random: Random, view: View): Water | undefined {
  const kind = random.uniform();
  const angle = random.uniform() * 2 * Math.PI;
  const bend = 0.05 + 0.07 * random.uniform();
  if (kind < 0.35) return undefined;
  if (kind < 0.72) {
    const halfWidth = 0.035 + 0.05 * random.uniform();
    const offset = (random.uniform() - 0.5) * 0.6;
    const band = new Band(random, { angle, offset, halfWidth, bend, swell: 0.2 });
    const along = turn(band.along, view.angle);
    const { surface, line } = Math.abs(along[0]) > Math.abs(along[1]) ? MAIN_ROADS.upright : MAIN_ROADS.level;
    return { band, shore: 0.02, shoreMaterial: BANK, bridged: [surface, line] };
  }
  const offset = -0.32 + 0.22 * random.uniform();
  const band = new Band(random, { angle, offset, halfWidth: 0, bend: 1.6 * bend, swell: 0 }, true);
  return { band, shore: 0.03, shoreMaterial: BEACH, bridged: [] };
}

function drawMotorway(random: Random): Band | undefined {
  const wanted = random.uniform() < 0.35;
  const angle = random.uniform() * 2 * Math.PI;
  const offset = (random.uniform() - 0.5) * 0.5;
  const band = new Band(random, { angle, offset, halfWidth: MOTORWAY_HALF, bend: 0.09, swell: 0 });
  return wanted ? band : undefined;
}

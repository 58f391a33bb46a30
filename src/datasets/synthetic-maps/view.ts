import type { Random } from '../../core/random.js';
import type { ImageSize } from '../../registry/index.js';

/** Grid lengths per tile: how much of the town one tile shows. */
const EXTENT = 0.62;

type Point = readonly [x: number, y: number];

/** How the picture looks at the grid: a turn and a gentle bend that make its straight streets curve. */
export interface View {
  /** Angle of the turn in radians. */
  readonly angle: number;
  /** Grid coordinates of a point of the tile are the sum of what its x and its y contribute; both count from the centre. */
  ofX(x: number): Point;
  ofY(y: number): Point;
  /** The point of the tile at a grid coordinate, to within a pixel. */
  fromGrid(u: number, v: number): Point;
}

export function drawView(random: Random): View {
  const angle = (random.uniform() - 0.5) * 1.2;
  const [cos, sin] = [Math.cos(angle) * EXTENT, Math.sin(angle) * EXTENT];
  const [bendX, bendY] = [drawWave(random), drawWave(random)];
  const ofX = (x: number): Point => [cos * x, sin * x + bendY(x)];
  const ofY = (y: number): Point => [bendX(y) - sin * y, cos * y];
  return {
    angle,
    ofX,
    ofY,
    fromGrid(u, v) {
      let [x, y] = [0, 0];
      // The bend is small and smooth: what it moved is taken back twice.
      for (let i = 0; i < 3; i++) {
        const [xu, xv] = ofX(x);
        const [yu, yv] = ofY(y);
        const [du, dv] = [u - xu - yu, v - xv - yv];
        x += (cos * du + sin * dv) / EXTENT ** 2;
        y += (cos * dv - sin * du) / EXTENT ** 2;
      }
      return [x, y];
    },
  };
}

function drawWave(random: Random): (t: number) => number {
  // Most tiles bend a little, few much.
  const strength = random.uniform();
  const amplitude = 0.05 * strength * Math.sqrt(strength);
  const frequency = 2.4 + 2 * random.uniform();
  const phase = random.uniform() * 2 * Math.PI;
  return (t) => amplitude * Math.sin(frequency * t + phase);
}

/** Pixels per tile: the longer side is one tile. */
export function pixelsPerTile({ width, height }: ImageSize): number {
  return Math.max(width, height);
}

/** Pixels per grid length. */
export function pixelsPerGrid(size: ImageSize): number {
  return pixelsPerTile(size) / EXTENT;
}

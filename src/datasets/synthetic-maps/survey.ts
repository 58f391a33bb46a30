import type { ImageSize } from '../../registry/index.js';
import { MOTORWAY, MOTORWAY_LINE, MOTORWAY_MIDDLE, WATER } from './materials.js';
import { MOTORWAY_HALF, type Scene } from './scene.js';
import { pixelsPerTile } from './view.js';

/** Width of a line on a motorway in tiles; below half a pixel it would be dotted. */
const LINE = 0.0025;

/** What lies at every pixel. */
export interface Survey extends ImageSize {
  /** Cell of the layout. */
  readonly cell: Int32Array;
  /** With water and motorway laid over the grid. */
  readonly material: Uint8Array;
  /** Whether something was laid over: the layout's cars, crowns and heights are not seen there. */
  readonly covered: Uint8Array;
  /** Distance from the water's edge in tiles, negative in it; large where there is no water. */
  readonly shore: Float32Array;
}

export function surveyScene({ view, layout, water, motorway }: Scene, size: ImageSize): Survey {
  const { width, height } = size;
  const unit = pixelsPerTile(size);
  const lined = unit * LINE >= 0.5;
  const across = Float32Array.from({ length: width }, (_, column) => (column + 0.5 - width / 2) / unit);
  const columns = Array.from(across, (x) => view.ofX(x));
  const cell = new Int32Array(width * height);
  const material = new Uint8Array(width * height);
  const covered = new Uint8Array(width * height);
  const shore = new Float32Array(width * height).fill(1);
  for (let row = 0, i = 0; row < height; row++) {
    const y = (row + 0.5 - height / 2) / unit;
    const [rowU, rowV] = view.ofY(y);
    for (let column = 0; column < width; column++, i++) {
      const x = across[column]!;
      const ofX = columns[column]!;
      const at = layout.cell(rowV + ofX[1]) * layout.side + layout.cell(rowU + ofX[0]);
      const ground = layout.material[at]!;
      cell[i] = at;
      material[i] = ground;
      if (water) {
        const distance = water.band.distance(x, y);
        shore[i] = distance;
        if (distance < water.shore && !water.bridged.includes(ground)) {
          material[i] = distance < 0 ? WATER : water.shoreMaterial;
          covered[i] = distance < 0 ? 1 : 0;
        }
      }
      const fromMotorway = motorway?.distance(x, y) ?? 1;
      if (fromMotorway > 0) continue;
      material[i] = lined ? motorwayAt(fromMotorway) : MOTORWAY;
      covered[i] = 1;
    }
  }
  return { width, height, cell, material, covered, shore };
}

/** A green strip between the carriageways, lines along their edges. @param distance from the edge, negative inside. */
function motorwayAt(distance: number): number {
  if (MOTORWAY_HALF + distance < 0.003) return MOTORWAY_MIDDLE;
  return distance < -0.003 && distance > -0.003 - LINE ? MOTORWAY_LINE : MOTORWAY;
}

import { Random } from '../../core/random.js';

const SIDE = 256;
const MASK = SIDE - 1;

/** Value noise of one frequency on a torus, added to `out`: smooth between the corners of `cells` x `cells`. */
function addOctave(out: Float32Array, cells: number, amplitude: number): void {
  const random = new Random('noise', cells);
  const corners = Float32Array.from({ length: cells * cells }, () => random.uniform() * 2 - 1);
  const step = SIDE / cells;
  const smooth = (t: number): number => t * t * (3 - 2 * t);
  for (let y = 0; y < SIDE; y++) {
    const top = Math.floor(y / step);
    const down = smooth(y / step - top);
    for (let x = 0; x < SIDE; x++) {
      const left = Math.floor(x / step);
      const across = smooth(x / step - left);
      const at = (row: number, column: number): number => corners[(row % cells) * cells + (column % cells)]!;
      const upper = at(top, left) + (at(top, left + 1) - at(top, left)) * across;
      const lower = at(top + 1, left) + (at(top + 1, left + 1) - at(top + 1, left)) * across;
      out[y * SIDE + x]! += amplitude * (upper + (lower - upper) * down);
    }
  }
}

/** One tileable texture for all pictures, made at first use: octaves over single pixels; about -1 to 1. */
let texture: Float32Array | undefined;

function fractalTexture(): Float32Array {
  if (texture) return texture;
  texture = new Float32Array(SIDE * SIDE);
  for (const [cells, amplitude] of [
    [256, 0.4],
    [128, 0.3],
    [64, 0.25],
    [32, 0.2],
    [8, 0.25],
  ] as const) {
    addOctave(texture, cells, amplitude);
  }
  return texture;
}

/** The noise as a grid that goes on for ever: `at(noise, x, y)` for whole x and y. */
export interface Noise {
  readonly values: Float32Array;
  readonly x: number;
  readonly y: number;
}

/** The texture, shifted so that pictures do not share their grain. */
export function noiseOf(random: Random): Noise {
  return { values: fractalTexture(), x: random.integer(SIDE), y: random.integer(SIDE) };
}

export function noiseAt({ values, x, y }: Noise, column: number, row: number): number {
  return values[(((row + y) & MASK) << 8) | ((column + x) & MASK)]!;
}

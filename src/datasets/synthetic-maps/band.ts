import type { Random } from '../../core/random.js';

const ENTRIES = 512;
/** Positions along a band, in tiles, that the table covers: any point of a tile, whatever the direction. */
const REACH = 1.6;

/** Of its course: a long bend, and two smaller ones on it. */
const WAVES = [
  { frequency: 1, share: 1 },
  { frequency: 2.3, share: 0.31 },
  { frequency: 4.1, share: 0.14 },
] as const;

/** A curved strip across the tile: a river, a motorway; with one side only, a coast. Lengths are in tiles. */
export class Band {
  private readonly centre = new Float32Array(ENTRIES);
  private readonly width = new Float32Array(ENTRIES);
  /** cos of the slope, which turns a distance across into one at right angles. */
  private readonly lean = new Float32Array(ENTRIES);
  /** Unit vector along it. */
  readonly along: readonly [x: number, y: number];

  constructor(
    random: Random,
    shape: {
      readonly angle: number;
      readonly offset: number;
      readonly halfWidth: number;
      readonly bend: number;
      readonly swell: number;
    },
    private readonly oneSided = false,
  ) {
    this.along = [Math.cos(shape.angle), Math.sin(shape.angle)];
    const waves = WAVES.map(({ frequency, share }) => ({
      frequency: frequency * (0.8 + 0.4 * random.uniform()),
      phase: random.uniform() * 2 * Math.PI,
      amplitude: shape.bend * share * (0.6 + 0.8 * random.uniform()),
    }));
    const swellPhase = random.uniform() * 2 * Math.PI;
    for (let i = 0; i < ENTRIES; i++) {
      const t = (i / ENTRIES) * 2 * REACH - REACH;
      let slope = 0;
      this.centre[i] = shape.offset;
      for (const { frequency, phase, amplitude } of waves) {
        this.centre[i]! += amplitude * Math.sin(2 * frequency * t + phase);
        slope += amplitude * 2 * frequency * Math.cos(2 * frequency * t + phase);
      }
      this.lean[i] = 1 / Math.hypot(1, slope);
      this.width[i] = shape.halfWidth * (1 + shape.swell * Math.sin(5 * t + swellPhase));
    }
  }

  /** Distance from the band's edge in tiles, negative inside. Coordinates count from the tile's centre. */
  distance(x: number, y: number): number {
    const [dx, dy] = this.along;
    const entry = Math.round(((x * dx + y * dy + REACH) / (2 * REACH)) * ENTRIES);
    const i = Math.min(ENTRIES - 1, Math.max(0, entry));
    const across = (y * dx - x * dy - this.centre[i]!) * this.lean[i]!;
    return this.oneSided ? across : Math.abs(across) - this.width[i]!;
  }
}

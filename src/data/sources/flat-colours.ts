import type { Colour, Image } from '../../core/image.js';

/** Channel difference to the neighbours up to which a pixel counts as flat: above JPEG's ripple, below an edge. */
const FLAT = 8;
/** RGB distance within which a colour counts as noise of a peak. */
const RADIUS = 48;
/** Share of the flat pixels: a rarer colour is an artefact, not a class. */
const MIN_SHARE = 0.002;
/** Share of all pixels: with fewer flat ones the images are no map of flat colours. */
const MIN_FLAT = 0.3;
const MIN_COVERED = 0.9;
const MAX_COLOURS = 32;

/** Counts the exact colours of flat pixels over images; memory and time are bounded by the 2^24 colours that exist. */
export class FlatColours {
  private readonly counts = new Map<number, number>();
  private pixels = 0;
  private flat = 0;

  /** Looks at every second pixel of every second row. */
  add({ width, height, channels, data }: Image): void {
    for (let y = 0; y < height - 1; y += 2) {
      for (let x = 0; x < width - 1; x += 2) {
        const at = (y * width + x) * channels;
        this.pixels++;
        if (differs(data, at, at + channels) || differs(data, at, at + width * channels)) continue;
        this.flat++;
        const key = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
        this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
      }
    }
  }

  /** The colours by falling share; undefined where few pixels are flat or a few colours do not cover them: a photograph. */
  palette(): readonly Colour[] | undefined {
    if (this.flat < MIN_FLAT * this.pixels) return undefined;
    // By count, then by value, so that equal images give equal palettes whatever their order.
    let left = [...this.counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const colours: { colour: Colour; count: number }[] = [];
    let covered = 0;
    while (left.length > 0 && colours.length < MAX_COLOURS) {
      const peak = rgbOf(left[0]![0]);
      const near = left.filter(([key]) => distance(rgbOf(key), peak) <= RADIUS);
      const count = near.reduce((sum, [, n]) => sum + n, 0);
      covered += count;
      if (count >= MIN_SHARE * this.flat) colours.push({ colour: snap(peak), count });
      left = left.filter(([key]) => distance(rgbOf(key), peak) > RADIUS);
    }
    if (colours.length < 2 || covered < MIN_COVERED * this.flat) return undefined;
    return colours.sort((a, b) => b.count - a.count).map(({ colour }) => colour);
  }
}

function differs(data: Uint8Array, a: number, b: number): boolean {
  for (let c = 0; c < 3; c++) if (Math.abs(data[a + c]! - data[b + c]!) > FLAT) return true;
  return false;
}

const rgbOf = (key: number): Colour => [key >> 16, (key >> 8) & 255, key & 255];

const distance = (a: Colour, b: Colour): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** JPEG's rounding turns 255 into 254: a channel beside an end of the scale was meant as the end. */
function snap(colour: Colour): Colour {
  return colour.map((value) => (value >= 253 ? 255 : value <= 2 ? 0 : value)) as unknown as Colour;
}

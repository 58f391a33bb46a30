import type { Palette } from '../../core/image.js';

/** Class number of a colour: the entry nearest in RGB. Remembers, since a map has few colours and many pixels. */
export function nearestColour({ colours }: Palette): (red: number, green: number, blue: number) => number {
  const known = new Map<number, number>();
  return (red, green, blue) => {
    const key = (red << 16) | (green << 8) | blue;
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const distances = colours.map(([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2);
    const nearest = distances.indexOf(Math.min(...distances));
    known.set(key, nearest);
    return nearest;
  };
}

import type { Palette } from '../../core/image.js';

/** Class number of a colour: the nearest entry in RGB. Results are cached: a map has few colours and many pixels. */
export function nearestColour({ colours }: Palette): (red: number, green: number, blue: number) => number {
  const cached = new Map<number, number>();
  return (red, green, blue) => {
    const key = (red << 16) | (green << 8) | blue;
    const before = cached.get(key);
    if (before !== undefined) return before;
    const distances = colours.map(([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2);
    const nearest = distances.indexOf(Math.min(...distances));
    cached.set(key, nearest);
    return nearest;
  };
}

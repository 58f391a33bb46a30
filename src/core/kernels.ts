/** A resampling kernel: its weight by distance from its middle, in pixels of the smaller image, and how far it reaches. */
export interface Kernel {
  readonly reach: number;
  /** Not yet normalised. @param d from 0 to `reach` */
  readonly at: (d: number) => number;
}

/** A triangle. */
export const bilinear: Kernel = { reach: 1, at: (d) => 1 - d };

/** Keys 1981 with a = -0.5 (Catmull-Rom), where it is exact to third order. */
export const bicubic: Kernel = {
  reach: 2,
  at: (d) => (d < 1 ? (1.5 * d - 2.5) * d * d + 1 : ((-0.5 * d + 2.5) * d - 4) * d + 2),
};

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** Lanczos with three lobes: sinc(d) sinc(d / 3). */
export const lanczos: Kernel = { reach: 3, at: (d) => sinc(d) * sinc(d / 3) };

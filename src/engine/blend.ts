/** How a resizing places source pixels: tfjs's two switches. */
export interface ResizeModes {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Result row i of an axis as a blend of source rows: [row, weight] pairs. */
type Blend = readonly (readonly [row: number, weight: number])[];
/** The rows of an axis resized from `from` to `to`. */
export type Blending = (from: number, to: number, modes: ResizeModes) => Blend[];

/** Where row i of the result lies in the source. */
function sourceRow(
  i: number,
  from: number,
  to: number,
  { alignCorners }: ResizeModes,
  shift: number,
): number {
  const ratio = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  return ratio * (i + shift);
}

export const nearestBlending: Blending = (from, to, modes) =>
  Array.from({ length: to }, (_, i) => {
    const row = sourceRow(i, from, to, modes, modes.halfPixelCenters ? 0.5 : 0);
    return [[Math.min(from - 1, modes.alignCorners ? Math.round(row) : Math.floor(row)), 1]];
  });

export const linearBlending: Blending = (from, to, modes) =>
  Array.from({ length: to }, (_, i) => {
    const half = modes.halfPixelCenters ? 0.5 : 0;
    const row = Math.max(0, sourceRow(i, from, to, modes, half) - half);
    const low = Math.min(from - 1, Math.floor(row));
    const high = Math.min(from - 1, low + 1);
    return [
      [low, 1 - (row - low)],
      [high, row - low],
    ];
  });

/** By the tfjs kernel that blends so. */
export const BLENDINGS = { ResizeBilinear: linearBlending, ResizeNearestNeighbor: nearestBlending } as const;

/** The blend as a matrix [to, from], or its transpose. */
export function blendMatrix(blend: readonly Blend[], from: number, transposed: boolean): Float32Array {
  const to = blend.length;
  const data = new Float32Array(to * from);
  blend.forEach((terms, i) => {
    for (const [row, weight] of terms) data[transposed ? row * to + i : i * from + row]! += weight;
  });
  return data;
}

/**
 * The transposes of resizing, for backends that have them fused; the names are ours because tfjs's own gradient kernels
 * are wrong for images that are not square, and for centred pixels. Inputs {dy}, attributes inputShape and ResizeModes.
 */
export const RESIZE_TRANSPOSED = {
  ResizeBilinear: 'ResizeBilinearTransposed',
  ResizeNearestNeighbor: 'ResizeNearestNeighborTransposed',
} as const;

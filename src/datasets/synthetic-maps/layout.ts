/** An axis-aligned rectangle of the street grid; (0, 0) is the tile's centre, which shows 0.62 of it. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const widthOf = (rect: Rect): number => rect.right - rect.left;
export const heightOf = (rect: Rect): number => rect.bottom - rect.top;

export function inset(rect: Rect, by: number): Rect {
  return { left: rect.left + by, top: rect.top + by, right: rect.right - by, bottom: rect.bottom - by };
}

/** How far the grid is laid out from the centre: what any turn and bend of it can bring into the picture. */
export const REACH = 0.52;

/** Codes of the top layer beside tree crowns. */
export const FIRST_CAR = 250;
export const CAR_COLOURS = [
  [228, 228, 226],
  [64, 66, 72],
  [168, 52, 44],
  [58, 84, 138],
  [176, 178, 182],
] as const;
/** Height of a crown, in the unit of the height layer. */
const TREE_HEIGHT = 2;
/** Grid lengths per unit of height: how far a shadow reaches. */
export const HEIGHT_UNIT = 0.0045;

/**
 * A city drawn in the straight space of its street grid, cell by cell; the picture looks at it through a turn and a bend.
 * Three layers of `side` x `side`: what covers the ground, how high it is, and what stands or hangs above it.
 */
export class Layout {
  readonly material: Uint8Array;
  readonly height: Uint8Array;
  /** 0: nothing; up to 249: a crown's brightness; then cars. */
  readonly top: Uint8Array;
  readonly side: number;

  /** @param resolution cells per grid length. @param sun where light comes from, a unit vector in grid space. */
  constructor(
    readonly resolution: number,
    readonly sun: readonly [x: number, y: number],
  ) {
    this.side = Math.ceil(2 * REACH * resolution);
    this.material = new Uint8Array(this.side ** 2);
    this.height = new Uint8Array(this.side ** 2);
    this.top = new Uint8Array(this.side ** 2);
  }

  /** Cell of a coordinate, kept inside. */
  cell(at: number): number {
    return Math.min(this.side - 1, Math.max(0, Math.floor((at + REACH) * this.resolution)));
  }

  /** Whether a length is as wide as a cell: thinner lines would be dotted where they show at all. */
  shows(length: number): boolean {
    return length * this.resolution >= 1;
  }

  fill(rect: Rect, material: number, height = 0): void {
    // Ends are rounded alike, so that neighbours meet without gap or overlap.
    const [left, right] = [this.cell(rect.left), this.cell(rect.right)];
    const [top, bottom] = [this.cell(rect.top), this.cell(rect.bottom)];
    for (let y = top; y < bottom; y++) {
      const row = y * this.side;
      this.material.fill(material, row + left, row + right);
      this.height.fill(height, row + left, row + right);
    }
  }

  /** An ellipse that fills the rectangle. */
  fillRound(rect: Rect, material: number): void {
    const [x, y] = [(rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2];
    for (let row = this.cell(rect.top); row < this.cell(rect.bottom); row++) {
      const down = ((row + 0.5) / this.resolution - REACH - y) / (heightOf(rect) / 2);
      const half = (widthOf(rect) / 2) * Math.sqrt(Math.max(0, 1 - down * down));
      this.material.fill(
        material,
        row * this.side + this.cell(x - half),
        row * this.side + this.cell(x + half),
      );
    }
  }

  /** A crown, brighter towards the sun. */
  plant(x: number, y: number, radius: number, brightness: number): void {
    const r = Math.max(0.75, radius * this.resolution);
    const [cx, cy] = [(x + REACH) * this.resolution, (y + REACH) * this.resolution];
    for (let row = Math.max(0, Math.floor(cy - r)); row <= Math.min(this.side - 1, cy + r); row++) {
      for (
        let column = Math.max(0, Math.floor(cx - r));
        column <= Math.min(this.side - 1, cx + r);
        column++
      ) {
        const [dx, dy] = [(column + 0.5 - cx) / r, (row + 0.5 - cy) / r];
        if (dx * dx + dy * dy > 1) continue;
        const lit = 1 + 0.45 * (dx * this.sun[0] + dy * this.sun[1]);
        this.top[row * this.side + column] = Math.max(1, Math.min(249, brightness * lit));
        this.height[row * this.side + column] = TREE_HEIGHT;
      }
    }
  }

  park(rect: Rect, colour: number): void {
    if (!this.shows(Math.min(widthOf(rect), heightOf(rect)))) return;
    for (let row = this.cell(rect.top); row < this.cell(rect.bottom); row++) {
      const start = row * this.side;
      this.top.fill(FIRST_CAR + colour, start + this.cell(rect.left), start + this.cell(rect.right));
    }
  }
}

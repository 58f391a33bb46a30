/** Raw pixels as sharp gives them: rows top to bottom, channels interleaved, 8 bits each. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array;
}

/** What stands in a cell of a grid: a picture, or a word for what is none. */
export type Cell = Image | string;

/** An RGB colour, 0 to 255 each. */
export type Colour = readonly [red: number, green: number, blue: number];

/** The flat colours of a kind of map, in the order of their class numbers. */
export interface Palette {
  readonly colours: readonly Colour[];
  readonly names?: readonly string[];
}

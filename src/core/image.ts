/** Raw pixels as sharp gives them: rows top to bottom, channels interleaved, 8 bits each. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array;
}

/** What stands in a cell of a grid: a picture, or a word for what is none. */
export type Cell = Image | string;

/** A rectangle of an image that is not yet cut out of it. */
export interface ImagePart {
  readonly of: Image;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Row by row; an image that is whole is handed through. */
export function cutOut(part: Image | ImagePart): Image {
  if (!('of' in part)) return part;
  const { of, left, top, width, height } = part;
  const row = width * of.channels;
  const data = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * of.width + left) * of.channels;
    data.set(of.data.subarray(from, from + row), y * row);
  }
  return { width, height, channels: of.channels, data };
}

/** An RGB colour, 0 to 255 each. */
export type Colour = readonly [red: number, green: number, blue: number];

/** The flat colours of a kind of map, in the order of their class numbers. */
export interface Palette {
  readonly colours: readonly Colour[];
  readonly names?: readonly string[];
}

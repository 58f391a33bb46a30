import { type Place, UserError } from '../../core/errors.js';

/** Recipes are written by hand: what is larger is another file that was named by mistake. */
const MAX_BYTES = 1024 * 1024;

/** A text a person wrote, under the name that messages give it: a file, or an option of the command line. */
export class Source {
  /** Offsets at which lines start. */
  private readonly lines: readonly number[];

  constructor(
    readonly name: string,
    readonly text: string,
    /** Absolute; what `./` in it is beside. */
    readonly folder: string,
  ) {
    const lines = [0];
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) lines.push(i + 1);
    this.lines = lines;
  }

  /** The place of a stretch of the text, cut at its line's end, and that line. */
  place(start: number, end: number): { readonly place: Place; readonly source: string } {
    const line = this.lineOf(start);
    const from = this.lines[line]!;
    const source = this.text
      .slice(from, (this.lines[line + 1] ?? this.text.length + 1) - 1)
      .replace(/\r$/, '');
    const column = start - from + 1;
    const length = Math.max(1, Math.min(end - start, source.length - column + 1));
    return { place: { file: this.name, line: line + 1, column, length }, source };
  }

  /** Halves the lines until one is left: a file may have as many errors as lines. */
  private lineOf(offset: number): number {
    let [first, last] = [0, this.lines.length - 1];
    while (first < last) {
      const middle = Math.ceil((first + last) / 2);
      if (this.lines[middle]! <= offset) first = middle;
      else last = middle - 1;
    }
    return first;
  }
}

/** A stretch of a source. */
export interface Origin {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** @throws UserError where the bytes are too many for a recipe, or not UTF-8. */
export function decodeSource(name: string, bytes: Uint8Array, folder: string): Source {
  if (bytes.length > MAX_BYTES) {
    throw new UserError(`${name} has ${bytes.length} bytes; a recipe has at most ${MAX_BYTES}.`, {
      exitCode: 2,
    });
  }
  try {
    return new Source(name, new TextDecoder('utf-8', { fatal: true }).decode(bytes), folder);
  } catch (error) {
    throw new UserError(`${name} is not UTF-8 text.`, {
      exitCode: 2,
      remedy: 'Save it as UTF-8.',
      cause: error,
    });
  }
}

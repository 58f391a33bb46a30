import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { type Place, UserError } from '../../core/errors.js';
import { nearest } from '../messages/suggest.js';

/** Recipes are written by hand: what is larger is another file that was named by mistake. */
const MAX_BYTES = 1024 * 1024;

/** By what the system says. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission was denied',
};

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

/** @throws UserError where the file is missing, too large or not UTF-8. `cwd` only shortens its name in messages. */
export function readSource(file: string, cwd: string): Source {
  const path = resolve(cwd, file);
  const shown = relative(cwd, path);
  const name = shown.startsWith('..') ? path : shown;
  let bytes: Uint8Array;
  try {
    // Small, and on the way of every check: the four turns that reading asynchronously takes cost more than the reading.
    bytes = readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = REASONS[code ?? ''] ?? String(code);
    const remedy = code === 'ENOENT' ? filesLike(path) : undefined;
    throw new UserError(`${name} cannot be read: ${reason}.`, {
      exitCode: 2,
      cause: error,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
  if (bytes.length > MAX_BYTES) {
    throw new UserError(`${name} has ${bytes.length} bytes; a recipe has at most ${MAX_BYTES}.`, {
      exitCode: 2,
    });
  }
  try {
    return new Source(name, new TextDecoder('utf-8', { fatal: true }).decode(bytes), dirname(path));
  } catch (error) {
    throw new UserError(`${name} is not UTF-8 text.`, {
      exitCode: 2,
      remedy: 'Save it as UTF-8.',
      cause: error,
    });
  }
}

/** The recipe beside a file that is not there whose name is most like its own. */
function filesLike(path: string): string | undefined {
  let names: readonly string[];
  try {
    names = readdirSync(dirname(path)).filter((file) => /\.ya?ml$/i.test(file));
  } catch {
    return 'Its folder does not exist either: paths are relative to the file that contains them.';
  }
  const name = basename(path);
  const stems = new Map(names.map((file) => [basename(file, extname(file)), file]));
  const near = stems.get(name) ?? nearest(name, names) ?? stems.get(nearest(name, [...stems.keys()]) ?? '');
  return near === undefined ? undefined : `Did you mean "${near}"?`;
}

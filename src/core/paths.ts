/** How a system writes paths: what `node:path` has of its own system, and as `posix` and `win32` of others. */
export interface Paths {
  readonly sep: string;
  isAbsolute(path: string): boolean;
  dirname(path: string): string;
  join(...parts: string[]): string;
  relative(from: string, to: string): string;
  resolve(...parts: string[]): string;
}

/** A path with slashes, as recipes, journals and pages write it on every system. */
export const slashed = (path: string, on: Paths): string => path.split(on.sep).join('/');

/** Whether a text names a file beside the file that contains it: `./x`, `../x`. */
export const isBeside = (text: string): boolean => /^\.\.?([/\\]|$)/.test(text);

/**
 * A file as a text in a folder names it: beside the folder's files, `./x` or `../x`; whole, where it is on another drive.
 * @param folder absolute. @param file absolute.
 */
export function pathBeside(folder: string, file: string, on: Paths): string {
  const path = on.relative(folder, file) || '.';
  const shown = slashed(path, on);
  return on.isAbsolute(path) || isBeside(shown) ? shown : `./${shown}`;
}

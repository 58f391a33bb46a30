import system, { type PlatformPath } from 'node:path';

/** A path with slashes, as recipes, journals and pages say it on every system. @param on whose paths it is of. */
export const slashed = (path: string, on: PlatformPath = system): string => path.split(on.sep).join('/');

/** Whether a text names a file beside what says it: `./x`, `../x`. */
export const isBeside = (text: string): boolean => /^\.\.?([/\\]|$)/.test(text);

/**
 * A file as a text that lies in a folder says it: beside itself, `./x` or `../x`; whole, where it is on another drive.
 * @param folder absolute. @param file absolute.
 */
export function pathBeside(folder: string, file: string, on: PlatformPath = system): string {
  const path = on.relative(folder, file) || '.';
  const shown = slashed(path, on);
  return on.isAbsolute(path) || isBeside(shown) ? shown : `./${shown}`;
}

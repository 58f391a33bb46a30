import { stat } from 'node:fs/promises';
import system, { isAbsolute, type PlatformPath } from 'node:path';
import { UserError } from '../../core/errors.js';
import { isBeside } from '../../core/paths.js';

export interface Folders {
  /** The recipe's folder, where `./x` starts. */
  readonly recipeFolder: string;
  /** The folder of all data, where a bare name is looked up. */
  readonly dataFolder: string;
}

/** `./x` and `../x` start from the recipe's folder, a bare `x` from the data folder. @param on the system of the paths. */
export function resolvePath(
  path: string,
  { recipeFolder, dataFolder }: Folders,
  on: PlatformPath = system,
): string {
  if (on.isAbsolute(path)) return path;
  return on.resolve(isBeside(path) ? recipeFolder : dataFolder, path);
}

/** Where well-known data sets are published, by the name that recipes give them. */
const PUBLISHED: Readonly<Record<string, string>> = {
  maps: 'The original (Isola et al. 2017) is published at http://efrosgans.eecs.berkeley.edu/pix2pix/datasets/maps.tar.gz: unpack it there.',
};

/** The absolute folder of a source. @throws UserError where there is none, with the ways to get it. */
export async function findFolder(source: string, path: string, folders: Folders): Promise<string> {
  const folder = resolvePath(path, folders);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return folder;
  const bare = !isAbsolute(path) && !path.startsWith('.');
  const remedy = [
    ...(bare
      ? [`"${path}" is looked up in the data folder (${folders.dataFolder}), which is a setting.`]
      : []),
    'Name another folder with --data PATH, or try without files: --data synthetic.',
    ...(PUBLISHED[path] === undefined ? [] : [PUBLISHED[path]]),
  ];
  throw new UserError(
    `The data of source "${source}" is not there: ${found ? `${folder} is a file, not a folder` : `no folder ${folder}`}.`,
    { remedy: remedy.join('\n') },
  );
}

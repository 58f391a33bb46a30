import { readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { UserError } from '../core/errors.js';
import { IMAGE_EXTENSIONS } from './images.js';

const natural = new Intl.Collator('en', { numeric: true });

/** 2 before 10; names that only differ in case or leading zeros still have one order. */
export function byName(a: string, b: string): number {
  return natural.compare(a, b) || (a < b ? -1 : Number(a > b));
}

const isImage = (file: string): boolean =>
  (IMAGE_EXTENSIONS as readonly string[]).includes(extname(file).toLowerCase());

/** Files below a folder, relative to it with `/`. Dot files are none of the user's: `.DS_Store`, `._photo.jpg`. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.split('/').some((part) => part.startsWith('.')));
}

/**
 * Images below a folder, relative to it, in natural file-name order.
 * @throws UserError where there are none, saying what is there instead.
 */
export async function listImages(folder: string): Promise<readonly string[]> {
  const files = await filesBelow(folder);
  const images = files.filter(isImage);
  if (images.length > 0) return images.sort(byName);
  if (files.length === 0) throw new UserError(`The folder ${folder} is empty.`);
  const extensions = [...new Set(files.map((file) => extname(file) || 'no extension'))].sort(byName);
  throw new UserError(
    `The folder ${folder} holds no images: ${files.length} ${files.length === 1 ? 'file' : 'files'} (${extensions.slice(0, 5).join(', ')}).`,
    { remedy: `Images are ${IMAGE_EXTENSIONS.join(', ')}.` },
  );
}

/** Names of the folders in a folder; none where there is no such folder. */
export async function listFolders(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort(byName);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

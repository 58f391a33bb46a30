import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { UserError } from '../../core/errors.js';
import { slashed } from '../../core/node/paths.js';
import { IMAGE_EXTENSIONS } from '../decode/images.js';

const natural = new Intl.Collator('en', { numeric: true });

/** 2 before 10; names that only differ in case or leading zeros still have one order. */
export function byName(a: string, b: string): number {
  return natural.compare(a, b) || (a < b ? -1 : Number(a > b));
}

const isImage = (file: string): boolean =>
  (IMAGE_EXTENSIONS as readonly string[]).includes(extname(file).toLowerCase());

/** Files below a folder, relative to it with `/`. Dot files are left out: `.DS_Store`, `._photo.jpg`. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await entriesOf(folder, true);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => slashed(relative(folder, join(entry.parentPath, entry.name))))
    .filter((file) => !file.split('/').some((part) => part.startsWith('.')));
}

/** Images below a folder, relative to it, in natural file-name order; none where there is no such folder. */
export async function listImages(folder: string): Promise<readonly string[]> {
  return (await filesBelow(folder)).filter(isImage).sort(byName);
}

/** The error for a folder without images: it says what the folder holds. */
export async function noImages(source: string, folder: string): Promise<UserError> {
  const files = await filesBelow(folder);
  if (files.length === 0)
    return new UserError(`The data of source "${source}" is empty: no file below ${folder}.`);
  const extensions = [...new Set(files.map((file) => extname(file) || 'no extension'))].sort(byName);
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'} (${extensions.slice(0, 5).join(', ')})`;
  return new UserError(`The data of source "${source}" has no images: ${count} below ${folder}.`, {
    remedy: `Images are ${IMAGE_EXTENSIONS.join(', ')}.`,
  });
}

/** Names of the folders in a folder; none where there is no such folder. */
export async function listFolders(folder: string): Promise<readonly string[]> {
  const entries = (await entriesOf(folder, false)).filter((entry) => !entry.name.startsWith('.'));
  const isFolder = await Promise.all(
    entries.map(async (entry) => {
      // Data folders are often links.
      if (!entry.isSymbolicLink()) return entry.isDirectory();
      const target = await stat(join(folder, entry.name)).catch(() => undefined);
      return target?.isDirectory() ?? false;
    }),
  );
  return entries
    .filter((_, i) => isFolder[i])
    .map((entry) => entry.name)
    .sort(byName);
}

async function entriesOf(folder: string, recursive: boolean): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { recursive, withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

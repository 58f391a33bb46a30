import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../core/errors.js';
import { suggest } from '../recipe/messages/suggest.js';

/** Whether a folder is a sweep's. */
export const isSweep = (folder: string): boolean => existsSync(join(folder, 'sweep.json'));

/** The folder of the sweep that a person means: itself, its name, or its ablation's file. @throws UserError */
export async function findSweep(which: string, runs: string): Promise<string> {
  const named = basename(which).replace(/\.ya?ml$/i, '');
  const found = [resolve(which), join(resolve(runs), which), join(resolve(runs), named)].find(isSweep);
  if (found !== undefined) return found;
  const entries = await readdir(runs, { withFileTypes: true }).catch(() => []);
  const names = entries.map(({ name }) => name).filter((name) => isSweep(join(runs, name)));
  throw new UserError(`There is no sweep "${which}" in ${runs}.`, {
    exitCode: 2,
    remedy:
      suggest(named, names, 'Sweeps') ?? '`gan sweep ABLATION` starts one; --runs says where others are.',
  });
}

import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { UserError } from '../core/errors.js';
import { slashed } from '../core/node/paths.js';
import { isFileError } from './files.js';

/** Where a run lies; having this does not keep others out of it. */
export interface RunLocation {
  readonly name: string;
  readonly id: string;
  /** Absolute. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly began: number;
}

/** File that every run has, and that is written once, when the run is made. */
const MARKER_FILE = 'recipe.yaml';
const TIMED_ID = /^(\d{4}-\d\d-\d\d)-(\d\d)(\d\d)(\d\d)-/;

/** All runs of a folder, the oldest first. */
export async function listRuns(runs: string): Promise<RunLocation[]> {
  const found: RunLocation[] = [];
  for (const name of await subfolders(runs)) {
    for (const id of await subfolders(join(runs, name))) {
      const path = join(runs, name, id);
      if (isRun(path)) found.push(await describeRun(path));
    }
  }
  return found.sort((a, b) => a.began - b.began || (a.id < b.id ? -1 : 1));
}

/**
 * The run that a person means: a path, `name/id`, an id, the beginning of one, `last`, or `name/last`.
 * @throws UserError listing the runs there are.
 */
export async function findRun(which: string, runs: string): Promise<RunLocation> {
  if (isRun(resolve(which))) return describeRun(resolve(which));
  const all = await listRuns(runs);
  const asked = slashed(which);
  const slash = asked.lastIndexOf('/');
  const id = asked.slice(slash + 1);
  const named = slash < 0 ? all : all.filter((run) => run.name === asked.slice(0, slash));
  const exact = named.filter((run) => run.id === id);
  const matches = exact.length > 0 ? exact : named.filter((run) => run.id.startsWith(id));
  const last = named.at(-1);
  if (id === 'last' && exact.length === 0 && last) return last;
  if (matches.length === 1) return matches[0]!;
  if (matches.length > 1) {
    throw new UserError(`"${which}" may be any of ${matches.length} runs.`, {
      remedy: `Write more of its id, or its name before it: ${list(matches)}`,
      exitCode: 2,
    });
  }
  const where = relative('', resolve(runs)) || '.';
  throw new UserError(
    id === 'last' ? `There is no run in ${where} yet.` : `There is no run "${which}" in ${where}.`,
    {
      remedy:
        all.length === 0
          ? 'Train one: `gan run RECIPE`. If yours are elsewhere, say where with --runs.'
          : `Runs, newest first: ${list(all)}`,
      exitCode: 2,
    },
  );
}

/** A run by its folder. */
export async function describeRun(path: string): Promise<RunLocation> {
  const [, date, hours, minutes, seconds] = TIMED_ID.exec(basename(path)) ?? [];
  const inId = date === undefined ? NaN : Date.parse(`${date}T${hours!}:${minutes!}:${seconds!}Z`);
  return {
    name: basename(dirname(path)),
    id: basename(path),
    path,
    // An id that a user chose holds no time.
    began: Number.isNaN(inId) ? (await stat(join(path, MARKER_FILE))).mtimeMs : inId,
  };
}

const isRun = (path: string): boolean => existsSync(join(path, MARKER_FILE));

const MAX_LISTED = 10;

function list(runs: readonly RunLocation[]): string {
  const newest = runs.slice(-MAX_LISTED).reverse();
  const rest = runs.length - newest.length;
  return `${newest.map(({ name, id }) => `${name}/${id}`).join(', ')}${rest > 0 ? `, and ${rest} older` : ''}.`;
}

async function subfolders(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => !entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name);
  } catch (error) {
    if (isFileError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}

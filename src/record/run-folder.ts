import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { move } from '../core/node/move.js';
import { UserError } from '../core/errors.js';
import { ensureFolder, isFileError, reason, removeUnfinished, syncFolder, writeDurably } from './files.js';
import { JOURNAL_FILE } from './journal.js';
import { describeRun, findRun, type RunLocation } from './find-run.js';
import { isLocked, lockFolder, unlockFolder } from './lock.js';

/** A run that is locked for this process until it is closed. */
export interface RunFolder extends RunLocation {
  /** Gives the folder back; further calls do nothing. */
  close(): void;
}

export interface NewRun {
  /** Folder of all runs. */
  readonly runs: string;
  /** The recipe's name. */
  readonly name: string;
  /** As written. */
  readonly recipeText: string;
  readonly resolvedYaml: string;
  /** The journal's first lines, so that a run is never without them. */
  readonly journal?: string;
  /** Default: the time and four random letters. */
  readonly id?: string;
}

/** Folders that are still being written carry this in front of their name. */
const UNFINISHED = '.new-';
/** Milliseconds. */
const YOUNG_MS = 60_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** Makes `runs/<name>/<id>/`, locked. It gets its name when all is in it, so a run that can be seen is whole. */
export async function createRun(run: NewRun): Promise<RunFolder> {
  const { name, id = newId() } = run;
  for (const text of [name, id]) {
    if (!NAME.test(text)) {
      throw new UserError(`"${text}" cannot be the name of a folder of runs.`, {
        remedy: 'Use letters, digits, `_`, `-` and `.`, and begin with a letter or a digit.',
        exitCode: 2,
      });
    }
  }
  const folder = resolve(run.runs, name);
  const unfinished = join(folder, `${UNFINISHED}${id}-${randomBytes(4).toString('hex')}`);
  const path = join(folder, id);
  try {
    await ensureFolder(folder);
    await removeUnfinishedRuns(folder);
    await ensureFolder(unfinished);
    lockFolder(unfinished);
    await writeDurably(join(unfinished, 'recipe.yaml'), run.recipeText);
    await writeDurably(join(unfinished, 'resolved.yaml'), run.resolvedYaml);
    if (run.journal !== undefined) await writeDurably(join(unfinished, JOURNAL_FILE), run.journal);
    await syncFolder(unfinished);
    if (existsSync(path)) throw takenError(name, id);
    await move(unfinished, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    // Another process was faster; each system has its own word for that.
    if (isFileError(error) && error.syscall === 'rename' && existsSync(path)) throw takenError(name, id);
    if (!isFileError(error)) throw error;
    throw new UserError(`The run cannot be kept in ${folder}: ${reason(error)}.`, {
      remedy: 'Choose another folder for runs with --runs.',
      cause: error,
    });
  }
  return hold(await describeRun(path));
}

/** Locks an existing run, to resume it. @throws UserError where there is none, or another process has it. */
export async function openRun(which: string, runs: string): Promise<RunFolder> {
  const location = await findRun(which, runs);
  lockFolder(location.path);
  for (const part of ['', 'samples']) await removeUnfinished(join(location.path, part));
  return hold(location);
}

/** Folders that this process has. */
const held = new Set<string>();
const unlockAll = (): void => held.forEach(unlockFolder);

function hold(location: RunLocation): RunFolder {
  const { path } = location;
  // The locks are released however the process exits.
  if (held.size === 0) process.once('exit', unlockAll);
  held.add(path);
  const close = (): void => {
    unlockFolder(path);
    held.delete(path);
    if (held.size === 0) process.removeListener('exit', unlockAll);
  };
  return { ...location, close };
}

/** Sorts by time on every machine, since it is UTC: `2026-11-23-190501-k3vd`. */
function newId(now = new Date()): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  // No vowels and no look-alikes: it is read aloud, and spells nothing.
  const letters = 'bcdfghjkmnpqrstvwxz2456789';
  const tail = Array.from(randomBytes(4), (byte) => letters[byte % letters.length]).join('');
  return `${date}-${time.slice(0, 8).replaceAll(':', '')}-${tail}`;
}

function takenError(name: string, id: string): UserError {
  return new UserError(`The run ${name}/${id} exists already.`, {
    remedy: `Go on with it: \`--resume ${name}/${id}\`, or give the new one another id.`,
  });
}

/** Removes what a process left that was killed while it created a run. A folder in use is young, or locked. */
async function removeUnfinishedRuns(folder: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(UNFINISHED)) continue;
    const path = join(folder, entry);
    const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    // Gone by now: the process that made it has renamed it.
    if (made === undefined) continue;
    if (Date.now() - made > YOUNG_MS && !isLocked(path)) await rm(path, { recursive: true, force: true });
  }
}

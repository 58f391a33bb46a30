import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../core/errors.js';
import { isAlive, isFileError, reason } from './files.js';

/** Who holds a folder. Pids come round again, so the boot and the process's start say which one is meant. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Random, one per process: tells this process from one of the same pid in an earlier boot or container. */
  readonly process: string;
  /** Linux only: id of this boot of the machine, and the process's start in ticks since then. */
  readonly boot?: string;
  readonly start?: string;
}

export const LOCK_FILE = 'lock';
const THIS_PROCESS = randomUUID();
/** A lock that cannot be read and is older is no longer being written: it is torn. */
const TORN_AFTER_MS = 2000;
/** What disks without hard links answer to being asked for one. */
const NO_LINKS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
  'EMLINK',
]);

/** Locks a folder for this process; the lock of a dead one is broken. @throws UserError where a live process has it. */
export function lockFolder(folder: string): void {
  const file = join(folder, LOCK_FILE);
  try {
    while (!createLock(file)) {
      const holder = readHolder(file);
      if (!isStale(file, holder)) throw heldError(folder, file, holder);
      const otherHolder = breakLock(file, holder);
      if (otherHolder) throw heldError(folder, file, otherHolder);
    }
    removeLeftovers(file);
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw lockError(folder, error);
  }
}

/** Creates a lock file with its content in one operation, so that there is never an empty one. @returns false where there is one. */
function createLock(file: string): boolean {
  if (existsSync(file)) return false;
  const text = `${JSON.stringify(thisProcess())}\n`;
  const temporary = `${file}.${randomUUID()}`;
  writeFileSync(temporary, text, { flag: 'wx' });
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if (!isFileError(error)) throw error;
    // ENOENT: the process that has the lock by now has removed leftovers.
    if (error.code === 'EEXIST' || error.code === 'ENOENT') return false;
    if (!NO_LINKS.has(error.code)) throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if (!isFileError(error) || error.code !== 'EEXIST') throw error;
  }
  // Where writing took so long that others took the file for torn, it is gone or belongs to another process.
  return readHolder(file)?.process === THIS_PROCESS;
}

/** Removes files of processes that were killed while they created or broke a lock. Needs the lock. */
function removeLeftovers(file: string): void {
  for (const name of readdirSync(dirname(file)))
    if (name.startsWith(`${LOCK_FILE}.`)) rmSync(join(dirname(file), name), { force: true });
}

const lockError = (folder: string, error: NodeJS.ErrnoException): UserError =>
  new UserError(`The run ${folder} cannot be locked: ${reason(error)}.`, {
    cause: error,
    remedy: 'Whoever trains a run must be able to write to its folder.',
  });

/** Unlocks a folder; does nothing where this process does not have it. */
export function unlockFolder(folder: string): void {
  const file = join(folder, LOCK_FILE);
  if (readHolder(file)?.process !== THIS_PROCESS) return;
  try {
    rmSync(file, { force: true });
  } catch (error) {
    // In a read-only folder it stays: the next process sees that this one is gone.
    if (!isFileError(error)) throw error;
  }
}

/** Whether a process that may still be alive has the folder. */
export function isLocked(folder: string): boolean {
  const file = join(folder, LOCK_FILE);
  return statSync(file, { throwIfNoEntry: false }) !== undefined && !isStale(file, readHolder(file));
}

/** Whether this process has the folder still. */
export function holdsLock(folder: string): boolean {
  return readHolder(join(folder, LOCK_FILE))?.process === THIS_PROCESS;
}

/**
 * Breaks the lock of a process on another machine. Only where it is known by other means that the process is gone, or that
 * it watches its lock and will exit.
 */
export function breakForeignLock(folder: string): void {
  const file = join(folder, LOCK_FILE);
  const holder = readHolder(file);
  if (holder && holder.host !== hostname()) breakLock(file, holder);
}

function heldError(folder: string, file: string, holder: Holder | undefined): UserError {
  const elsewhere = holder !== undefined && holder.host !== hostname();
  const who = holder ? `process ${holder.pid}${elsewhere ? ` on ${holder.host}` : ''}` : 'another process';
  return new UserError(`The run ${folder} is in use by ${who}.`, {
    remedy: elsewhere
      ? `Whether it still runs cannot be seen from here. If it does not, delete ${file}.`
      : 'Wait for it, or stop it, and try again.',
  });
}

/**
 * Removes the lock of a dead process. Several processes may try at once, and each may stall between the check and the
 * removal, when another has taken the lock meanwhile. So the removal needs a lock of its own, named after the dead process.
 * Only its owner removes the dead one's lock: what it then reads there is what it removes.
 * @returns the live process that is doing it already
 */
function breakLock(file: string, dead: Holder | undefined): Holder | undefined {
  const takeover = `${file}.${dead?.process ?? 'torn'}`;
  if (!createLock(takeover)) {
    const other = readHolder(takeover);
    return isStale(takeover, other) ? breakLock(takeover, other) : other;
  }
  try {
    // Read once: a missing file must not be taken for a torn one.
    const text = readText(file);
    const there = holderIn(text ?? '');
    const isIts = there ? there.process === dead?.process : !dead && isStale(file, undefined);
    if (text !== undefined && isIts) rmSync(file, { force: true });
  } finally {
    rmSync(takeover, { force: true });
  }
  return undefined;
}

function isStale(file: string, holder: Holder | undefined): boolean {
  if (!holder) {
    const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Date.now() - written > TORN_AFTER_MS;
  }
  if (holder.process === THIS_PROCESS) return false;
  if (holder.host !== hostname()) return false;
  if (holder.boot !== undefined && holder.boot !== bootId()) return true;
  if (holder.pid === process.pid || !isAlive(holder.pid)) return true;
  const start = startOf(holder.pid);
  return start !== undefined && holder.start !== undefined && start !== holder.start;
}

function thisProcess(): Holder {
  const boot = bootId();
  const start = startOf(process.pid);
  return {
    pid: process.pid,
    host: hostname(),
    process: THIS_PROCESS,
    ...(boot === undefined ? {} : { boot }),
    ...(start === undefined ? {} : { start }),
  };
}

function bootId(): string | undefined {
  return readText('/proc/sys/kernel/random/boot_id');
}

function startOf(pid: number): string | undefined {
  // Field 22 of 52; the second one, the program's name in parentheses, may contain spaces.
  return readText(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ')[19];
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function readHolder(file: string): Holder | undefined {
  return holderIn(readText(file) ?? '');
}

/** @returns undefined where the text is torn. */
function holderIn(text: string): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(text);
    if (typeof holder !== 'object' || holder === null || !('pid' in holder && 'process' in holder))
      return undefined;
    // It becomes a part of a file's name.
    return /^[\w-]+$/.test(String(holder.process)) ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

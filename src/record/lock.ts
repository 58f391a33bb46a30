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
/** Milliseconds after which a lock that cannot be read was not just being written. */
const TORN_AFTER = 2000;
/** What disks without hard links answer to being asked for one. */
const NO_LINKS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
  'EMLINK',
]);

/** Takes a folder for this process, from a dead one where need be. @throws UserError where a live process has it. */
export function lockFolder(folder: string): void {
  const file = join(folder, LOCK_FILE);
  try {
    while (!make(file)) {
      const holder = readHolder(file);
      if (!isStale(file, holder)) throw heldError(folder, file, holder);
      const faster = takeAway(file, holder);
      if (faster) throw heldError(folder, file, faster);
    }
    removeRests(file);
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw lockError(folder, error);
  }
}

/** Whole from its first moment, so that whoever stalls while it makes one has none yet. @returns false where there is one. */
function make(file: string): boolean {
  if (existsSync(file)) return false;
  const text = `${JSON.stringify(thisProcess())}\n`;
  const aside = `${file}.${randomUUID()}`;
  writeFileSync(aside, text, { flag: 'wx' });
  try {
    linkSync(aside, file);
    return true;
  } catch (error) {
    if (!isFileError(error)) throw error;
    // ENOENT: who has the lock by now has tidied up.
    if (error.code === 'EEXIST' || error.code === 'ENOENT') return false;
    if (!NO_LINKS.has(error.code)) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if (!isFileError(error) || error.code !== 'EEXIST') throw error;
  }
  // Where it took so long that the lock was held to be torn, it is gone or somebody else's.
  return readHolder(file)?.process === THIS_PROCESS;
}

/** What processes left beside a lock that were killed while they made or took one. Only for who has the lock. */
function removeRests(file: string): void {
  for (const name of readdirSync(dirname(file)))
    if (name.startsWith(`${LOCK_FILE}.`)) rmSync(join(dirname(file), name), { force: true });
}

const lockError = (folder: string, error: NodeJS.ErrnoException): UserError =>
  new UserError(`The run ${folder} cannot be locked: ${reason(error)}.`, {
    cause: error,
    remedy: 'Whoever trains a run must be able to write to its folder.',
  });

/** Gives a folder back; does nothing where this process does not have it. Never throws. */
export function unlockFolder(folder: string): void {
  const file = join(folder, LOCK_FILE);
  if (readHolder(file)?.process !== THIS_PROCESS) return;
  try {
    rmSync(file, { force: true });
  } catch (error) {
    // In a folder that was made read-only it stays: whoever comes next sees that this process is gone.
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
 * Takes away the lock of a process on another machine. Only for whoever knows by other means that it lives no more, or
 * looks after its lock and will end.
 */
export function breakForeignLock(folder: string): void {
  const file = join(folder, LOCK_FILE);
  const holder = readHolder(file);
  if (holder && holder.host !== hostname()) takeAway(file, holder);
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
 * Removes a dead process's lock. Several may try at once, and each may stall for any time between judging and removing,
 * when the lock is another's by now: so whoever removes it has a lock on that, which bears the name of the dead. None but
 * its owner removes that one's lock, so that what it still sees there is what it removes.
 * @returns the live process that is doing it already
 */
function takeAway(file: string, dead: Holder | undefined): Holder | undefined {
  const right = `${file}.${dead?.process ?? 'torn'}`;
  if (!make(right)) {
    const other = readHolder(right);
    return isStale(right, other) ? takeAway(right, other) : other;
  }
  try {
    // One look: that there is none is another thing than that it is torn.
    const text = readText(file);
    const there = holderIn(text ?? '');
    const isIts = there ? there.process === dead?.process : !dead && isStale(file, undefined);
    if (text !== undefined && isIts) rmSync(file, { force: true });
  } finally {
    rmSync(right, { force: true });
  }
  return undefined;
}

function isStale(file: string, holder: Holder | undefined): boolean {
  if (!holder) {
    const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Date.now() - written > TORN_AFTER;
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

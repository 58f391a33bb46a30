import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
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

/** Takes a folder for this process, from a dead one where need be. @throws UserError where a live process has it. */
export function lockFolder(folder: string): void {
  const file = join(folder, LOCK_FILE);
  const text = `${JSON.stringify(thisProcess())}\n`;
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(file, text, { flag: 'wx' });
      return;
    } catch (error) {
      if (!isFileError(error)) throw error;
      if (error.code !== 'EEXIST') throw lockError(folder, error);
    }
    const holder = readHolder(file);
    if (tries > 10 || !isStale(file, holder)) throw heldError(folder, file, holder);
    try {
      takeAway(file, holder);
    } catch (error) {
      if (!isFileError(error)) throw error;
      throw lockError(folder, error);
    }
  }
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

/** Moves a dead process's lock out of the way. Two may try at once: only what was judged dead is thrown away. */
function takeAway(file: string, dead: Holder | undefined): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (readHolder(aside)?.process === dead?.process) rmSync(aside);
    else renameSync(aside, file);
  } catch (error) {
    // The other one was faster; the next try finds its lock.
    if (!isFileError(error) || error.code !== 'ENOENT') throw error;
  }
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
  try {
    const holder: unknown = JSON.parse(readText(file) ?? '');
    const whole = typeof holder === 'object' && holder !== null && 'pid' in holder && 'process' in holder;
    return whole ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

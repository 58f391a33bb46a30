import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { UserError } from '../core/errors.js';
import type { RunEvent } from '../core/events.js';
import { isFileError, reason } from './files.js';
import { formatLine, parseLine } from './journal-line.js';

/** Its name in a run's folder. */
export const JOURNAL_FILE = 'events.jsonl';
/** Milliseconds that an entry waits in memory at most. */
const FLUSH_INTERVAL_MS = 1000;

export interface JournalOptions {
  /** Called when the disk refuses entries, when it takes them again, and when some were lost at the end; once each. */
  readonly warn: (text: string) => void;
  /** What writes: `fs.writeSync`, or a test's. */
  readonly write?: (file: number, data: Buffer, offset: number) => number;
}

/**
 * A run's `events.jsonl`: one event a line, only ever appended to. Entries are gathered for up to a second; a killed
 * process loses that second and no more. A disk that is full does not stop training: entries wait until it has room.
 */
export class Journal {
  private readonly file: number;
  private readonly lines: string[] = [];
  /** Bytes that the disk has not taken yet: whole lines, except for one of which it took the beginning. */
  private unwritten: Buffer = Buffer.alloc(0);
  private lastWrite = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private isRefused = false;
  private isClosed = false;

  /** Opens or begins a journal, and mends the end that a kill tore. @throws UserError where it cannot be written. */
  constructor(
    private readonly path: string,
    private readonly options: JournalOptions,
  ) {
    try {
      if (existsSync(path)) repairEnd(path);
      this.file = openSync(path, 'a');
    } catch (error) {
      if (!isFileError(error)) throw error;
      throw new UserError(`The journal ${path} cannot be opened: ${reason(error)}.`, { cause: error });
    }
    process.once('exit', this.flushAtExit);
  }

  /** Microseconds: the entry is kept in memory and written within a second. Never throws. */
  append(event: RunEvent, time = Date.now()): void {
    if (this.isClosed) throw new Error(`The journal ${this.path} is closed.`);
    this.lines.push(formatLine(event, time));
    // Steps that keep the event loop busy starve the timer, so time is looked at here as well.
    if (performance.now() - this.lastWrite >= FLUSH_INTERVAL_MS) this.write();
    else this.timer ??= setTimeout(() => this.write(), FLUSH_INTERVAL_MS).unref();
  }

  /** Hands every entry to the system, without waiting for the disk. @returns whether it took them. */
  handOver(): boolean {
    this.write();
    return !this.isRefused;
  }

  /** Writes every entry to the disk, where a power cut does not harm it. @returns whether the disk took them. */
  flush(): boolean {
    if (!this.handOver()) return false;
    try {
      fsyncSync(this.file);
    } catch {
      // Pipes and some network disks cannot; what was written is with the system all the same.
    }
    return true;
  }

  close(): void {
    if (this.isClosed) return;
    if (!this.flush()) {
      this.options.warn(`The disk never took the last entries of ${this.path}; they are lost.`);
    }
    this.isClosed = true;
    process.removeListener('exit', this.flushAtExit);
    closeSync(this.file);
  }

  private readonly flushAtExit = (): void => this.write();

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.lastWrite = performance.now();
    try {
      this.writeUnwritten();
      while (this.lines.length > 0) {
        this.unwritten = Buffer.from(this.lines.splice(0).join(''));
        this.writeUnwritten();
      }
      if (this.isRefused) this.options.warn(`${this.path} is being written again; no entry was lost.`);
      this.isRefused = false;
    } catch (error) {
      if (!isFileError(error)) throw error;
      if (!this.isRefused) {
        this.options.warn(
          `The journal ${this.path} cannot be written: ${reason(error)}. Training goes on; entries are kept in memory until it can.`,
        );
      }
      this.isRefused = true;
      this.timer = setTimeout(() => this.write(), FLUSH_INTERVAL_MS).unref();
    }
  }

  private writeUnwritten(): void {
    const { write = writeSync } = this.options;
    while (this.unwritten.length > 0) {
      // A disk that fills up takes a part; the next try continues after it, so that no line is doubled or torn.
      const taken = write(this.file, this.unwritten, 0);
      this.unwritten = this.unwritten.subarray(taken);
    }
  }
}

/** Leaves only whole lines: finishes a last line that lacks just its newline, cuts off one that was torn. */
function repairEnd(path: string): void {
  // Not the journal's own handle: on Windows one opened for appending cannot cut.
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    const tail = lastLine(file, size);
    if (tail.length === 0) return;
    if (parseLine(tail.toString('utf8'))) writeSync(file, '\n', size);
    else ftruncateSync(file, size - tail.length);
  } finally {
    closeSync(file);
  }
}

/** Bytes behind the last newline, looked for from the end in ever larger pieces. */
function lastLine(file: number, size: number): Buffer {
  for (let length = Math.min(size, 4096); ; length = Math.min(size, length * 4)) {
    const end = Buffer.alloc(length);
    readSync(file, end, 0, length, size - length);
    const newline = end.lastIndexOf(0x0a);
    if (newline >= 0 || length === size) return end.subarray(newline + 1);
  }
}

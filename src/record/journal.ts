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
const FLUSH_EVERY = 1000;

export interface JournalOptions {
  /** Told once when the disk refuses entries, once when it takes them again, and when some were lost at the end. */
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
  /** Bytes handed to the disk that it has not taken yet; whole lines, but for those it took the beginning of. */
  private rest: Buffer = Buffer.alloc(0);
  private lastWrite = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private refused = false;
  private closed = false;

  /** Opens or begins a journal, and mends the end that a kill tore. @throws UserError where it cannot be written. */
  constructor(
    private readonly path: string,
    private readonly options: JournalOptions,
  ) {
    try {
      if (existsSync(path)) mendEnd(path);
      this.file = openSync(path, 'a');
    } catch (error) {
      if (!isFileError(error)) throw error;
      throw new UserError(`The journal ${path} cannot be opened: ${reason(error)}.`, { cause: error });
    }
    process.once('exit', this.flushAtExit);
  }

  /** Microseconds: the entry is kept in memory and written within a second. Never throws. */
  append(event: RunEvent, time = Date.now()): void {
    if (this.closed) throw new Error(`The journal ${this.path} is closed.`);
    this.lines.push(formatLine(event, time));
    // Steps that keep the event loop busy starve the timer, so time is looked at here as well.
    if (performance.now() - this.lastWrite >= FLUSH_EVERY) this.write();
    else this.timer ??= setTimeout(() => this.write(), FLUSH_EVERY).unref();
  }

  /** Hands every entry to the system; the disk has them when the file is synced. @returns whether it took them. */
  hand(): boolean {
    this.write();
    return !this.refused;
  }

  /** Brings every entry to the disk, past a power cut. @returns whether the disk took them. */
  flush(): boolean {
    if (!this.hand()) return false;
    try {
      fsyncSync(this.file);
    } catch {
      // Pipes and some network disks cannot; what was written is with the system all the same.
    }
    return true;
  }

  close(): void {
    if (this.closed) return;
    if (!this.flush()) {
      this.options.warn(`The disk never took the last entries of ${this.path}; they are lost.`);
    }
    this.closed = true;
    process.removeListener('exit', this.flushAtExit);
    closeSync(this.file);
  }

  private readonly flushAtExit = (): void => this.write();

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.lastWrite = performance.now();
    try {
      this.writeRest();
      while (this.lines.length > 0) {
        this.rest = Buffer.from(this.lines.splice(0).join(''));
        this.writeRest();
      }
      if (this.refused) this.options.warn(`${this.path} is being written again; no entry was lost.`);
      this.refused = false;
    } catch (error) {
      if (!isFileError(error)) throw error;
      if (!this.refused) {
        this.options.warn(
          `The journal ${this.path} cannot be written: ${reason(error)}. Training goes on; entries are kept in memory until it can.`,
        );
      }
      this.refused = true;
      this.timer = setTimeout(() => this.write(), FLUSH_EVERY).unref();
    }
  }

  private writeRest(): void {
    const { write = writeSync } = this.options;
    while (this.rest.length > 0) {
      // A disk that fills up takes a part; the next try goes on behind it, so that no line is doubled or torn.
      const taken = write(this.file, this.rest, 0);
      this.rest = this.rest.subarray(taken);
    }
  }
}

/** Leaves only whole lines: finishes a last line that lacks just its newline, cuts off one that was torn. */
function mendEnd(path: string): void {
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

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { JournalEntry } from '../../core/events.js';
import { goesBack, JOURNAL_FILE, readJournal, readTail } from '../../record/index.js';
import { Digester, type RunDigest } from '../run/digest.js';
import { MAX_PICTURES, type Picture, spread } from '../run/pictures.js';

/** The last steps, whose rate predicts the time left. */
const RATE_STEPS = 100;

/** Follows a run's journal as it grows. */
export class LiveRun {
  private offset = 0;
  /** Highest step so far, and the wall times of the last steps, which include all that is done between steps. */
  private step = 0;
  private recent: { readonly step: number; readonly time: number }[] = [];
  private readonly pictures = new Map<string, Picture>();

  private constructor(
    private readonly folder: string,
    private digester: Digester,
  ) {}

  static async open(folder: string): Promise<LiveRun> {
    const run = new LiveRun(folder, await Digester.open(folder));
    await run.advance();
    return run;
  }

  /** Reads new lines of the journal. @returns whether there were any. */
  async advance(): Promise<boolean> {
    const journal = join(this.folder, JOURNAL_FILE);
    const before = this.offset;
    // A shorter journal has replaced this one: it is read from the start.
    let stale = (await sizeOf(journal)) < this.offset;
    if (stale) this.offset = 0;
    for (;;) {
      const { entries, end } = await readTail(this.folder, this.offset);
      if (end === this.offset) break;
      this.offset = end;
      for (const { entry } of entries) {
        // Later steps are done again, so what was measured in them is void.
        if (goesBack(entry) && entry.step < this.step) stale = true;
        this.take(entry);
      }
    }
    if (stale) {
      this.digester = await Digester.open(this.folder);
      this.step = 0;
      this.recent = [];
      for await (const entry of readJournal(journal, { until: this.offset })) this.take(entry);
    }
    return stale || this.offset !== before;
  }

  private take(entry: JournalEntry): void {
    this.digester.take(entry);
    this.step = Math.max(this.step, entry.step);
    if (entry.type === 'start' || goesBack(entry)) this.recent = [];
    if (entry.type !== 'step') return;
    this.recent.push({ step: entry.step, time: entry.time });
    if (this.recent.length > RATE_STEPS) this.recent.shift();
  }

  digest(): RunDigest {
    return this.digester.digest();
  }

  /** Milliseconds to the end, at the rate of the last steps; undefined where the run is not training. */
  left({ status, steps }: RunDigest): number | undefined {
    const [first, last] = [this.recent[0], this.recent.at(-1)];
    if (status !== 'running' || steps === undefined || !first || !last || last.step === first.step)
      return undefined;
    return ((last.time - first.time) / (last.step - first.step)) * Math.max(0, steps - last.step);
  }

  /** A selection of the samples, with their addresses on the server. */
  async picturesOf({ samples }: RunDigest): Promise<Picture[]> {
    const found: Picture[] = [];
    for (const { step, file } of spread(samples, MAX_PICTURES)) {
      const picture = this.pictures.get(file) ?? (await this.measure(step, file));
      if (picture) {
        this.pictures.set(file, picture);
        found.push(picture);
      }
    }
    return found;
  }

  private async measure(step: number, file: string): Promise<Picture | undefined> {
    try {
      const { width, height } = await sharp(join(this.folder, file)).metadata();
      return { step, file, uri: `/${file}`, width, height };
    } catch {
      // Half written, or deleted since: left out.
      return undefined;
    }
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
}

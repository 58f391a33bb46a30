import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHash } from 'node:crypto';
import type { Random } from '../../../src/core/random.js';
import type { JournalEntry } from '../../../src/core/events.js';
import { readJournal } from '../../../src/record/read-journal.js';

const BRITTLE = fileURLToPath(new URL('../../support/brittle.mjs', import.meta.url));
const PROGRAM = fileURLToPath(new URL('resumable.mjs', import.meta.url));

/** Where a process is killed: so many milliseconds at most after it said that it is there. */
export interface Situation {
  readonly name: string;
  /** What it says there, by its beginning; `write`: whenever the journal has grown. */
  readonly says: string;
  readonly within: number;
  /** Only once the last step is done. */
  readonly atEnd?: boolean;
}

const SITUATIONS: readonly Situation[] = [
  { name: 'a checkpoint', says: 'saving a checkpoint', within: 25 },
  { name: 'an evaluation', says: 'evaluating', within: 8 },
  { name: 'a step', says: 'step', within: 12 },
  { name: 'a journal write', says: 'write', within: 2 },
  { name: 'drawing samples', says: 'drawing', within: 25 },
  { name: 'the opening', says: 'opening', within: 900 },
  { name: 'the resume', says: 'resume', within: 20 },
  { name: 'the last evaluation', says: 'evaluating', within: 15, atEnd: true },
  { name: 'the last checkpoint', says: 'saving a checkpoint', within: 30, atEnd: true },
  { name: 'the export', says: 'exporting', within: 12, atEnd: true },
  { name: 'the report', says: 'end', within: 30, atEnd: true },
];

/** Of a training that goes back to a checkpoint: as often as it does, before it has passed there. */
export const ROLLBACK: Situation = { name: 'a rollback', says: 'rollback', within: 40 };

export interface Killed {
  /** Folder of the run. */
  readonly folder: string;
  /** By situation, how often a process was killed in it. */
  readonly kills: Readonly<Record<string, number>>;
}

/** A recipe that is trained in processes of its own. */
export class Trained {
  constructor(
    private readonly recipe: string,
    private readonly runs: string,
    private readonly steps: number,
  ) {}

  /** Without a stop. @returns the run's folder. */
  async whole(): Promise<string> {
    if (await this.trainAndKill(undefined)) throw new Error('Somebody killed it.');
    return this.folder()!;
  }

  /** Killed so many times, and resumed each time. @param first situations that come before all others. */
  async killed(times: number, random: Random, first: readonly Situation[] = []): Promise<Killed> {
    const kills: Record<string, number> = {};
    const [under, atEnd] = [false, true].map((end) => SITUATIONS.filter((each) => !!each.atEnd === end));
    const late = Math.max(1, Math.round(times / 4));
    const offset = random.integer(under!.length);
    for (let done = 0, missed = 0; done < times;) {
      const left = times - done - late;
      const situation =
        done < first.length
          ? first[done]!
          : left > 0
            ? under![(done + offset) % under!.length]!
            : // In the order in which they come: what is on record is not done again.
              atEnd![Math.min(atEnd!.length - 1, Math.floor((-left / late) * atEnd!.length) + missed)]!;
      const from = situation.atEnd ? this.steps : Math.floor((done / times) * (this.steps - 6));
      const says = situation.says === 'resume' && this.folder() === undefined ? 'step' : situation.says;
      if (await this.trainAndKill({ says, from, delay: random.uniform() * situation.within })) {
        kills[situation.name] = (kills[situation.name] ?? 0) + 1;
        done += 1;
      } else missed += 1;
      if (missed > times) throw new Error(`It was never in ${situation.name}.`);
    }
    await this.whole();
    return { folder: this.folder()!, kills };
  }

  /** Starts or resumes it. @returns whether it was killed, rather than that it finished. */
  private async trainAndKill(
    kill: { says: string; from: number; delay: number } | undefined,
  ): Promise<boolean> {
    const folder = this.folder();
    const loading = { dataFolder: this.runs, cacheBytes: 1e7, prefetch: 2, maxBadShare: 0 };
    const request = {
      ...(folder === undefined ? { recipe: this.recipe } : { resume: folder }),
      ...{ runs: this.runs, loading, kill, plugins: [BRITTLE] },
    };
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify(request)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (signal !== 'SIGKILL' && code !== 0) throw new Error(`It failed with ${signal ?? code}.`);
    return signal === 'SIGKILL';
  }

  /** The only run there is. */
  private folder(): string | undefined {
    const name = join(this.runs, existsSync(this.runs) ? (readdirSync(this.runs)[0] ?? '') : '');
    const ids = existsSync(name) && name !== this.runs ? readdirSync(name) : [];
    const [id] = ids.filter((each) => !each.startsWith('.'));
    return id === undefined ? undefined : join(name, id);
  }
}

/** Files of a run, with the checksums of those that say nothing of time or place. */
export function filesOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'lock')
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    files
      .map((file) => [
        file.slice(folder.length + 1).replaceAll('\\', '/'),
        /events\.jsonl|report\.html/.test(file)
          ? ''
          : createHash('sha256').update(readFileSync(file)).digest('hex'),
      ])
      .sort(([a], [b]) => (a! < b! ? -1 : 1)),
  ) as Record<string, string>;
}

/** What a journal's readers find was measured, made and told, without times: by kind, in the order of the journal. */
export async function recordOf(folder: string): Promise<Record<string, unknown[]>> {
  const record: Record<string, unknown[]> = {};
  for await (const entry of readJournal(join(folder, 'events.jsonl'))) {
    if (['system', 'message', 'start', 'resume', 'params', 'data'].includes(entry.type)) continue;
    if (entry.type === 'health' && entry.check === 'data-starving') continue;
    (record[entry.type] ??= []).push(withoutTime(entry));
  }
  record['end'] = (record['end'] ?? []).slice(-1);
  return record;
}

function withoutTime(entry: JournalEntry): unknown {
  const { time: _, ...rest } = entry;
  if (rest.type !== 'step') return rest;
  const { ms: __, waitMs: ___, ...step } = rest;
  return step;
}

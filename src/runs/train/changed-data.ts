import { join } from 'node:path';
import type { DataSourceRecord, RunEvent } from '../../core/events.js';
import { JOURNAL_FILE, newestEntry } from '../../record/index.js';

/** What of a run's data is not what it was when the run was last trained, in words for the user. */
export async function changedData(folder: string, opening: readonly RunEvent[]): Promise<readonly string[]> {
  const now = opening.find((event) => event.type === 'data');
  if (!now) return [];
  const before = await newestEntry(join(folder, JOURNAL_FILE), (entry) => entry.type === 'data');
  if (!before) return [];
  return Object.entries(now.sources).flatMap(([name, source]) => {
    const was = before.sources[name];
    if (!was || was.digest === source.digest) return [];
    const [then, today] = [countsOf(was), countsOf(source)];
    const what =
      then === today ? 'names or sizes of its files differ' : `it had ${then}, and now has ${today}`;
    return [
      `The data "${name}" has changed since the run was last trained: ${what}. What follows is not what it would have been.`,
    ];
  });
}

const countsOf = ({ counts }: DataSourceRecord): string =>
  Object.entries(counts)
    .map(([split, count]) => `${count} ${split}`)
    .join(', ');

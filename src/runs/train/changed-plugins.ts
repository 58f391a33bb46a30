import { join } from 'node:path';
import type { RunEvent, StartEvent } from '../../core/events.js';
import { JOURNAL_FILE, newestEntry } from '../../record/index.js';

/** Before the name of a plugin, among the versions of what a run was trained with. */
export const PLUGIN = 'plugin/';

const isStart = <E extends RunEvent>(event: E): event is E & StartEvent =>
  event.type === 'start' || event.type === 'resume';

/** The entry of the last start or resume in a run's journal; undefined where there is none. */
export const lastOpening = (folder: string): Promise<StartEvent | undefined> =>
  newestEntry(join(folder, JOURNAL_FILE), isStart);

/** Which plugins are not what they were when the run was last trained, in words for the user. */
export async function changedPlugins(
  folder: string,
  opening: readonly RunEvent[],
): Promise<readonly string[]> {
  const now = opening.find(isStart);
  if (!now) return [];
  const before = await lastOpening(folder);
  if (!before) return [];
  const names = [...new Set([before, now].flatMap(({ versions }) => Object.keys(versions)))];
  return names
    .filter((name) => name.startsWith(PLUGIN) && before.versions[name] !== now.versions[name])
    .map((name) => {
      const [was, is] = [before.versions[name], now.versions[name]];
      const what = !was
        ? 'was not there when'
        : is
          ? 'has changed since'
          : 'is no longer there, and was when';
      return `The ${name.replace('/', ' ')} ${what} the run was last trained. What follows may not be what it would have been.`;
    });
}

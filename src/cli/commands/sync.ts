import { GanCommand } from '../command.js';
import { paint } from '../../core/node/paint.js';
import type { SyncResult } from '../../tracking/index.js';
import {
  type DefineCommand,
  deliveryOf,
  type SettingFlags,
  settingFlags,
  type TrackingFlags,
  trackingFlags,
  withRunsFlag,
  withTrackingFlags,
} from './common.js';

export const syncCommand: DefineCommand = (done) =>
  withRunsFlag(
    withTrackingFlags(
      new GanCommand('sync')
        .description('Sends what is missing in MLflow; can be repeated without duplicating anything.')
        .argument('[runs...]', 'folders, ids, or `last` (default: all but those with tracking off)'),
    ),
  ).action(async (runs: readonly string[], flags: SettingFlags & TrackingFlags) => {
    const { UserError } = await import('../../core/errors.js');
    const { loadSettings } = await import('../settings.js');
    const { findRun } = await import('../../record/index.js');
    const { syncParent, syncRun, trackedRuns } = await import('../../tracking/index.js');
    const { sweepsOf, trackedSweeps } = await import('../../sweep/index.js');
    const settings = await loadSettings({ ...settingFlags(flags), ...trackingFlags(flags) });
    const delivery = deliveryOf(settings);
    if (!delivery) {
      throw new UserError('Where is the MLflow server?', {
        exitCode: 2,
        remedy: 'Set MLFLOW_TRACKING_URI or give --tracking-uri; `gan ui` starts a server here.',
      });
    }
    const found =
      runs.length > 0
        ? await Promise.all(runs.map((run) => findRun(run, settings.runs)))
        : await trackedRuns(settings.runs);
    let failed = 0;
    const tell = (which: string, result: SyncResult): void => {
      const sent = `${result.points.toLocaleString('en')} points, ${result.files} files`;
      if (result.failure) failed++;
      const state = result.failure ? paint.red('not all') : paint.green('ok');
      console.log(`${state} ${which}  ${sent}${result.url === undefined ? '' : `  ${result.url}`}`);
      if (result.failure) console.error(`  ${result.failure.message}${remedyOf(result.failure)}`);
    };
    const warn = (text: string): void => console.error(`${paint.yellow('warning')} ${text}`);
    for (const { name, id, path } of found) tell(`${name}/${id}`, await syncRun(path, delivery, warn));
    // After its runs, whose table it has.
    for (const parent of await (runs.length > 0 ? sweepsOf(found) : trackedSweeps(settings.runs)))
      tell(parent.name, await syncParent(parent, delivery));
    if (found.length === 0) console.log('There is no run to send.');
    done(failed > 0 ? 1 : 0);
  });

function remedyOf(failure: Error): string {
  return 'remedy' in failure && typeof failure.remedy === 'string' ? `\n  ${failure.remedy}` : '';
}

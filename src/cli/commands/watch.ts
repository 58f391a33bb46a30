import { relative } from 'node:path';
import { GanCommand } from '../command.js';
import { paint } from '../../core/node/paint.js';
import { type DefineCommand, type SettingFlags, settingFlags, withRunsFlag } from './common.js';

interface WatchFlags extends SettingFlags {
  readonly host: string;
  readonly port: number;
}

export const watchCommand: DefineCommand = (done) =>
  withRunsFlag(
    new GanCommand('watch')
      .description('Serves a live page of a run: curves, newest samples, health, time left.')
      .argument('[run]', 'its folder, its id, or `last`', 'last')
      .option('--host <address>', 'address to listen on; 0.0.0.0 admits other machines', '127.0.0.1')
      .option('--port <n>', 'port of the page; 0: any free one', Number, 6006),
  ).action(async (which: string, flags: WatchFlags) => {
    const { loadSettings } = await import('../settings.js');
    const { findRun } = await import('../../record/index.js');
    const { isLoopback, serveRun } = await import('../../reports/live/index.js');
    const { onInterrupt } = await import('../interrupt.js');
    const { runs } = await loadSettings(settingFlags(flags));
    const { path } = await findRun(which, runs);
    const interrupt = onInterrupt(() => undefined);
    const dashboard = await serveRun({ folder: path, host: flags.host, port: flags.port });
    console.log(`${paint.bold(dashboard.url)}  shows ${relative('', path)}; Ctrl-C stops it.`);
    if (!isLoopback(flags.host)) {
      console.error(`${paint.yellow('warning')} Whoever reaches ${flags.host} can see this run.`);
    }
    await new Promise((resolve) => interrupt.signal.addEventListener('abort', resolve, { once: true }));
    await dashboard.close();
    interrupt.release();
    done(0);
  });

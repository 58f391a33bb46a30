import { relative } from 'node:path';
import { GanCommand } from '../command.js';
import { type DefineCommand, type SettingFlags, settingFlags, withRunsFlag } from './common.js';

export const reportCommand: DefineCommand = (done) =>
  withRunsFlag(
    new GanCommand('report')
      .description('Writes the report.html of a run again from its journal, even while it trains.')
      .argument('[run]', 'its folder, its id, or `last`', 'last'),
  ).action(async (run: string, flags: SettingFlags) => {
    const { loadSettings } = await import('../settings.js');
    const { findRun } = await import('../../record/index.js');
    const { writeReport } = await import('../../reports/run/index.js');
    const settings = await loadSettings(settingFlags(flags));
    const folder = await findRun(run, settings.runs);
    console.log(relative(process.cwd(), await writeReport(folder.path)));
    done(0);
  });

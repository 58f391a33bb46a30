import { Command, InvalidArgumentError } from 'commander';
import type { SweepRequest } from '../../sweep/request.js';
import type { Settings } from '../settings.js';
import {
  type DefineCommand,
  lengthOf,
  type RecipeFlags,
  type SettingFlags,
  settingFlags,
  type TrackingFlags,
  trackingFlags,
  withRecipeFlags,
  withSettingFlags,
  withTrackingFlags,
} from './common.js';
import { requestOf } from './run.js';

interface SweepFlags extends RecipeFlags, SettingFlags, TrackingFlags {
  readonly dryRun?: boolean;
  readonly only: readonly string[];
  readonly jobs?: number;
  readonly index?: number;
  readonly retries: number;
  readonly resume: boolean;
}

export const sweepCommand: DefineCommand = (done) => {
  const command = new Command('sweep')
    .description('Runs every trial of an ablation, and makes one table of them. Again: goes on where it was.')
    .argument('<ablation>', 'ablation file')
    // `gan sweep status --runs DIR`: options behind a subcommand are the subcommand's.
    .enablePositionalOptions()
    .option('--dry-run', 'checks all, says what it would take, and runs nothing')
    .option('--only <axis=level>', 'runs these alone; levels by commas (repeatable)', collect, [])
    .option('--jobs <n|auto>', 'trials at once (default: auto, as many as suit the machine)', jobs)
    .option('--index <i>', 'runs trial I alone, counted from 0: for Slurm arrays and Kubernetes', whole)
    .option('--retries <n>', 'how often a trial that crashed is taken up again', whole, 2)
    .option('--no-resume', 'sets what is there aside and begins anew')
    .option('--tracking <mode>', 'as for gan run: auto, offline, off');
  withSettingFlags(withTrackingFlags(withRecipeFlags(command))).action(
    async (ablation: string, flags: SweepFlags) => {
      const { loadSettings } = await import('../settings.js');
      const { watchSweep } = await import('../sweep/watch.js');
      const settings = await loadSettings({ ...settingFlags(flags), ...trackingFlags(flags) });
      done(await watchSweep(await requestOfFlags(ablation, flags, settings), flags.dryRun ?? false));
    },
  );
  const named = (name: string, description: string): Command =>
    withSettingFlags(new Command(name).description(description))
      .argument('<sweep>', 'its ablation, its name, or its folder')
      .exitOverride();
  command.addCommand(
    named('status', 'How far each trial of a sweep is.').action(
      async (which: string, flags: SettingFlags) => {
        const { printStatus } = await import('../sweep/status.js');
        await printStatus(await sweepFolder(which, flags));
        done(0);
      },
    ),
  );
  command.addCommand(
    named('report', 'Writes report.html and the tables of a sweep again, also while it runs.').action(
      async (which: string, flags: SettingFlags) => {
        const { report } = await import('../sweep/status.js');
        await report(await sweepFolder(which, flags));
        done(0);
      },
    ),
  );
  command.addCommand(
    named('cancel', 'Asks whoever is at a sweep to save and end.').action(
      async (which: string, flags: SettingFlags) => {
        const { cancel } = await import('../sweep/status.js');
        await cancel(await sweepFolder(which, flags));
        done(0);
      },
    ),
  );
  return command;
};

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function whole(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && text.trim() !== '') return value;
  throw new InvalidArgumentError('It is a whole number from 0.');
}

function jobs(text: string): number | undefined {
  if (text === 'auto') return undefined;
  const value = whole(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('It is `auto`, or a whole number from 1.');
}

async function requestOfFlags(
  ablation: string,
  flags: SweepFlags,
  settings: Settings,
): Promise<SweepRequest> {
  const { availableParallelism, totalmem } = await import('node:os');
  const { threads: _, ...request } = requestOf(settings);
  const length = lengthOf(flags);
  return {
    ...request,
    ablation,
    set: flags.set,
    data: flags.data,
    ...(length === undefined ? {} : { length }),
    only: flags.only,
    ...(flags.index === undefined ? {} : { index: flags.index }),
    ...(flags.jobs === undefined ? {} : { jobs: flags.jobs }),
    // The setting is meant for a run alone; here only the flag counts.
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    retries: flags.retries,
    resume: flags.resume,
    machine: { cores: availableParallelism(), memory: totalmem() },
  };
}

async function sweepFolder(which: string, flags: SettingFlags): Promise<string> {
  const { loadSettings } = await import('../settings.js');
  const { findSweep } = await import('../../sweep/find.js');
  return findSweep(which, (await loadSettings(settingFlags(flags))).runs);
}

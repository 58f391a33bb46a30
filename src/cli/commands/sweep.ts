import { type Command, Option } from 'commander';
import { GanCommand } from '../command.js';
import type { DeliveryOptions } from '../../tracking/index.js';
import type { SweepRequest } from '../../sweep/index.js';
import type { Settings } from '../settings.js';
import {
  collect,
  type DefineCommand,
  deliveryOf,
  lengthOf,
  type RecipeFlags,
  type SettingFlags,
  settingFlags,
  type TrackingFlags,
  trackingFlags,
  withRecipeFlags,
  withRunsFlag,
  withSettingFlags,
  withTrackingFlags,
} from './common.js';
import { jobs, whole } from './numbers.js';
import { queueAddress } from './queue-address.js';
import { requestOf } from './run.js';

export interface SweepFlags extends RecipeFlags, SettingFlags, TrackingFlags {
  readonly dryRun?: boolean;
  readonly only: readonly string[];
  readonly jobs?: number;
  readonly index?: number;
  readonly queue?: string | true;
  readonly store?: 'mlflow';
  readonly detach?: boolean;
  readonly retries: number;
  readonly resume: boolean;
}

export const sweepCommand: DefineCommand = (done) => {
  const command = new GanCommand('sweep')
    .description('Runs every trial of an ablation and tabulates the results. The same command again resumes.')
    .argument('<ablation>', 'ablation file')
    // `gan sweep status --runs DIR`: options behind a subcommand are the subcommand's.
    .enablePositionalOptions()
    .option('--dry-run', 'checks everything and estimates the cost, but runs nothing')
    .option(
      '--only <axis=level>',
      'runs only these trials; separate levels by commas (repeatable)',
      collect,
      [],
    )
    .option('--jobs <n|auto>', 'trials at once (default: auto, as many as suit the machine)', jobs)
    .option('--index <i>', 'runs trial I alone, counted from 0: for Slurm arrays and Kubernetes', whole)
    .option('--queue [url]', 'leaves the trials to workers (gan worker), through Redis (default: GAN_QUEUE)')
    .addOption(
      new Option(
        '--store <where>',
        'with --queue: where workers that share no folder keep trials; mlflow: on the tracking server',
      ).choices(['mlflow']),
    )
    .option('--detach', 'with --queue: queues the trials and returns at once')
    .option('--retries <n>', 'how often to restart a trial that crashed', whole, 2)
    .option('--no-resume', 'sets existing trials aside and starts over')
    .option('--tracking <mode>', 'as for gan run: auto, offline, off');
  withSettingFlags(withTrackingFlags(withRecipeFlags(command))).action(
    async (ablation: string, flags: SweepFlags) => {
      const { loadSettings } = await import('../settings.js');
      const { watchSweep } = await import('../sweep/watch.js');
      const settings = await loadSettings({ ...settingFlags(flags), ...trackingFlags(flags) });
      done(await watchSweep(await requestOfFlags(ablation, flags, settings), flags.dryRun ?? false));
    },
  );
  const subcommand = (name: string, description: string): Command =>
    withRunsFlag(new GanCommand(name).description(description))
      .argument('<sweep>', 'its ablation, its name, or its folder')
      .exitOverride();
  command.addCommand(
    subcommand('status', 'Shows the progress of each trial of a sweep.').action(
      async (which: string, flags: SettingFlags) => {
        const { printStatus } = await import('../sweep/status.js');
        await printStatus(...(await foundSweep(which, flags)));
        done(0);
      },
    ),
  );
  command.addCommand(
    subcommand('report', 'Writes the report.html and tables of a sweep again, even while it runs.').action(
      async (which: string, flags: SettingFlags) => {
        const { report } = await import('../sweep/status.js');
        await report(...(await foundSweep(which, flags)));
        done(0);
      },
    ),
  );
  command.addCommand(
    subcommand('cancel', 'Asks the running trials of a sweep to save a checkpoint and stop.')
      .option('--queue [url]', 'also removes its trials from Redis (default: GAN_QUEUE)')
      .action(async (which: string, flags: SettingFlags & Pick<SweepFlags, 'queue'>) => {
        const { cancel } = await import('../sweep/status.js');
        const queue = flags.queue === undefined ? undefined : queueAddress(flags.queue);
        await cancel(await sweepFolder(which, flags), queue);
        done(0);
      }),
  );
  return command;
};

export async function requestOfFlags(
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
    // The setting is for single runs; in a sweep only the flag counts.
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    ...(flags.queue === undefined ? {} : { queue: queueAddress(flags.queue) }),
    ...(flags.store === undefined ? {} : { store: flags.store }),
    ...(flags.detach === undefined ? {} : { detach: flags.detach }),
    retries: flags.retries,
    resume: flags.resume,
    machine: { cores: availableParallelism(), memory: totalmem() },
  };
}

/** The sweep's folder, and the server that may keep its trials. */
async function foundSweep(
  which: string,
  flags: SettingFlags,
): Promise<[folder: string, store: DeliveryOptions | undefined]> {
  const { loadSettings } = await import('../settings.js');
  const settings = await loadSettings(settingFlags(flags));
  return [await sweepFolder(which, flags), deliveryOf(settings)];
}

async function sweepFolder(which: string, flags: SettingFlags): Promise<string> {
  const { loadSettings } = await import('../settings.js');
  const { findSweep } = await import('../../sweep/index.js');
  return findSweep(which, (await loadSettings(settingFlags(flags))).runs);
}

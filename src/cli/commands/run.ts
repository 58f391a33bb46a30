import { GanCommand } from '../command.js';
import { whole } from './numbers.js';
import {
  type DefineCommand,
  deliveryOf,
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
import type { TrackingRequest } from '../../runs/index.js';
import type { Settings } from '../settings.js';

interface RunFlags extends RecipeFlags, SettingFlags, TrackingFlags {
  readonly resume?: string;
  readonly fork?: boolean;
  readonly step?: number;
}

export const runCommand: DefineCommand = (done) => {
  const command = new GanCommand('run')
    .description('Trains a recipe: pictures, curves, checkpoints and a report go to runs/<name>/<id>/.')
    .argument('[recipe]', 'recipe file')
    .option('--resume <run>', 'resume a run: its folder, its id, or `last`')
    .option('--fork', 'start a new run from the weights of the one that --resume names')
    .option(
      '--step <n>',
      "with --fork: from that run's checkpoint of this step (default: the newest)",
      whole,
    );
  const withTracking = withTrackingFlags(
    withRecipeFlags(command).option(
      '--tracking <mode>',
      'auto: sent to MLflow where there is a tracking URI; offline: `gan sync` will; off',
    ),
  );
  return withSettingFlags(withTracking).action(async (recipe: string | undefined, flags: RunFlags) => {
    const { loadSettings } = await import('../settings.js');
    const { watchRun } = await import('../watch-run.js');
    const settings = await loadSettings({ ...settingFlags(flags), ...trackingFlags(flags) });
    const length = lengthOf(flags);
    done(
      await watchRun({
        ...(recipe === undefined ? {} : { recipe }),
        ...(flags.resume === undefined ? {} : { resume: flags.resume }),
        ...(flags.fork === undefined ? {} : { fork: flags.fork }),
        ...(flags.step === undefined ? {} : { step: flags.step }),
        ...(length === undefined ? {} : { length }),
        set: flags.set,
        data: flags.data,
        ...requestOf(settings),
      }),
    );
  });
};

/** The part of a request that comes from settings. */
export function requestOf(settings: Settings) {
  return {
    runs: settings.runs,
    engine: settings.engine,
    threads: settings.threads,
    device: settings.device,
    plugins: settings.plugins ?? [],
    loading: {
      dataFolder: settings.data,
      cacheBytes: settings.cache * 2 ** 30,
      diskBytes: settings.disk_cache * 2 ** 30,
      prefetch: settings.prefetch,
      maxBadShare: settings.bad_files,
    },
    tracking: trackingOf(settings),
  };
}

function trackingOf(settings: Settings, env: NodeJS.ProcessEnv = process.env): TrackingRequest {
  const { tracking: mode, experiment, register } = settings;
  const delivery = mode === 'auto' ? deliveryOf(settings, env) : undefined;
  const runId = env['MLFLOW_RUN_ID'];
  return {
    options: {
      mode,
      ...(experiment === undefined ? {} : { experiment }),
      ...(register === undefined ? {} : { register }),
    },
    delivery: delivery && { ...delivery, ...(runId ? { runId } : {}) },
  };
}

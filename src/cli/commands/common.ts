import type { Command } from 'commander';
import { passes, positive } from './numbers.js';
import type { ExitCode } from '../exit-code.js';
import type { DeliveryOptions } from '../../tracking/index.js';
import type { Settings } from '../settings.js';

/** Makes a command. @param done takes the exit code. */
export type DefineCommand = (done: (code: ExitCode) => void) => Command;

export interface SettingFlags {
  readonly engine?: string;
  readonly device?: string;
  readonly threads?: number;
  readonly runs?: string;
  readonly dataFolder?: string;
}

export interface TrackingFlags {
  readonly tracking?: Settings['tracking'];
  readonly trackingUri?: string;
  readonly experiment?: string;
  readonly register?: string;
}

/** The flag of commands that read runs and compute nothing. */
export function withRunsFlag(command: Command): Command {
  return command.option('--runs <dir>', 'folder of the runs (default: runs)');
}

/** Flags for settings; they win over files and environment variables. */
export function withSettingFlags(command: Command): Command {
  return withRunsFlag(
    command
      .option('--engine <name>', 'engine that computes: ort, tensorflow, webgpu, cpu (gan engine list)')
      .option('--device <name>', 'what the engine computes on, if it has a choice: cpu, webgpu')
      .option('--threads <n>', 'threads that compute one operation', positive),
  ).option('--data-folder <dir>', 'folder in which bare data names are looked up (default: data)');
}

export function settingFlags({ engine, device, threads, runs, dataFolder }: SettingFlags): Partial<Settings> {
  return {
    ...(engine === undefined ? {} : { engine }),
    ...(device === undefined ? {} : { device }),
    ...(threads === undefined ? {} : { threads }),
    ...(runs === undefined ? {} : { runs }),
    ...(dataFolder === undefined ? {} : { data: dataFolder }),
  };
}

/** Flags of commands that send runs to MLflow. */
export function withTrackingFlags(command: Command): Command {
  return command
    .option('--tracking-uri <uri>', 'address of an MLflow server (default: MLFLOW_TRACKING_URI)')
    .option('--experiment <name>', 'MLflow experiment (default: the name of the recipe)')
    .option(
      '--register <name>',
      'registers the generator as a version of this model when the run has finished',
    );
}

export function trackingFlags(flags: TrackingFlags): Partial<Settings> {
  const { tracking, trackingUri, experiment, register } = flags;
  return {
    ...(tracking === undefined ? {} : { tracking }),
    ...(trackingUri === undefined ? {} : { tracking_uri: trackingUri }),
    ...(experiment === undefined ? {} : { experiment }),
    ...(register === undefined ? {} : { register }),
  };
}

/** The server that runs are sent to; undefined without a tracking URI. */
export function deliveryOf(
  settings: Settings,
  env: NodeJS.ProcessEnv = process.env,
): DeliveryOptions | undefined {
  const {
    tracking_uri: uri,
    tracking_ca: ca,
    tracking_client_cert: cert,
    tracking_insecure: insecure,
  } = settings;
  if (uri === undefined) return undefined;
  const experimentId = env['MLFLOW_EXPERIMENT_ID'];
  return {
    uri,
    ...(ca === undefined ? {} : { caFile: ca }),
    ...(cert === undefined ? {} : { clientCertFile: cert }),
    ...(insecure === undefined ? {} : { insecure }),
    ...(settings.experiment === undefined ? {} : { experiment: settings.experiment }),
    ...(experimentId && settings.experiment === undefined ? { experimentId } : {}),
    ...(settings.register === undefined ? {} : { register: settings.register }),
  };
}

export interface RecipeFlags {
  readonly set: readonly string[];
  readonly data: readonly string[];
  readonly steps?: number;
  readonly epochs?: number;
}

/** Parser of a repeatable flag: appends each value. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Flags that change the recipe before it is checked. */
export function withRecipeFlags(command: Command): Command {
  return command
    .option(
      '--data <path>',
      'where the images are: PATH, SOURCE=PATH, or `synthetic` (repeatable)',
      collect,
      [],
    )
    .option(
      '--set <path=value>',
      'changes one value, e.g. game.updates.G.losses.l1.weight=10 (repeatable)',
      collect,
      [],
    )
    .option('--steps <n>', 'length of training in steps (batches)', positive)
    .option('--epochs <n>', 'length of training in epochs (passes over the data)', passes);
}

/** The length asked for as a duration. */
export function lengthOf({ steps, epochs }: Pick<RecipeFlags, 'steps' | 'epochs'>): string | undefined {
  if (steps !== undefined) return `${steps} ${steps === 1 ? 'step' : 'steps'}`;
  return epochs === undefined ? undefined : `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`;
}

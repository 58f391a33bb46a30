import { GanCommand } from '../command.js';
import {
  type DefineCommand,
  type SettingFlags,
  settingFlags,
  type TrackingFlags,
  trackingFlags,
  withSettingFlags,
  withTrackingFlags,
} from './common.js';
import { jobs, whole } from './numbers.js';
import { queueAddress } from './queue-address.js';
import { requestOf } from './run.js';

interface WorkerFlags extends SettingFlags, TrackingFlags {
  readonly queue?: string | true;
  readonly jobs?: number;
  readonly lock: number;
  readonly drain?: boolean;
}

export const workerCommand: DefineCommand = (done) =>
  withSettingFlags(
    withTrackingFlags(
      new GanCommand('worker')
        .description('Trains trials of sweeps from a Redis queue; on any number of machines.')
        .option('--queue [url]', 'redis://HOST:6379, rediss:// for TLS (default: GAN_QUEUE)')
        .option('--jobs <n>', 'trials at once, which share the cores', jobs, 1)
        .option(
          '--lock <s>',
          'seconds without a sign of life after which other workers take over its trials',
          whole,
          15,
        )
        .option('--drain', 'exits when the queue is empty'),
    ),
  ).action(async (flags: WorkerFlags) => {
    const { availableParallelism } = await import('node:os');
    const { loadSettings } = await import('../settings.js');
    const { serveQueue } = await import('../sweep/worker.js');
    const settings = await loadSettings({ ...settingFlags(flags), ...trackingFlags(flags) });
    const request = requestOf(settings);
    const trials = flags.jobs ?? 1;
    done(
      await serveQueue({
        ...request,
        queue: queueAddress(flags.queue),
        jobs: trials,
        threads: flags.threads ?? Math.max(1, Math.floor(availableParallelism() / trials)),
        loading: { ...request.loading, cacheBytes: request.loading.cacheBytes / trials },
        lock: Math.max(1, flags.lock),
        drain: flags.drain ?? false,
      }),
    );
  });

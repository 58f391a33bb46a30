import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GanCommand } from '../command.js';
import { paint } from '../../core/node/paint.js';
import type { ExitCode } from '../exit-code.js';
import { type DefineCommand, type SettingFlags, settingFlags, withRunsFlag } from './common.js';

interface UiFlags extends SettingFlags {
  readonly port: number;
}

const POLL_INTERVAL_MS = 5000;

export const uiCommand: DefineCommand = (done) =>
  withRunsFlag(
    new GanCommand('ui')
      .description('Starts a local MLflow server that shows all runs, including those still training.')
      .option('--port <n>', 'port of the server', Number, 5000),
  ).action(async (flags: UiFlags) => {
    const { loadSettings } = await import('../settings.js');
    const { startLocalServer } = await import('../local-mlflow.js');
    const { syncParent, syncRun, trackedRuns } = await import('../../tracking/index.js');
    const { trackedSweeps } = await import('../../sweep/index.js');
    const { isLocked, JOURNAL_FILE } = await import('../../record/index.js');
    const { onInterrupt } = await import('../interrupt.js');
    const { runs } = await loadSettings(settingFlags(flags));
    const interrupt = onInterrupt(() => console.log('Stopping the server.'));
    const server = await startLocalServer(resolve(runs), flags.port, interrupt.signal);
    try {
      console.log(`${paint.bold(server.uri)}  shows the runs of ${runs}; Ctrl-C stops it.`);
      console.log(paint.dim(`For runs elsewhere: MLFLOW_TRACKING_URI=${server.uri} gan run ...`));
      /** Delivered runs that have ended: the time of the journal by folder. */
      const delivered = new Map<string, number>();
      const failures = new Set<string>();
      const warnOnce = (text: string): void => {
        if (!failures.has(text)) console.error(`${paint.yellow('warning')} ${text}`);
        failures.add(text);
      };
      const stopped = (): boolean => interrupt.signal.aborted || server.hasExited();
      while (!stopped()) {
        for (const { path } of await trackedRuns(runs)) {
          if (stopped()) break;
          const written = statSync(join(path, JOURNAL_FILE)).mtimeMs;
          if (delivered.get(path) === written) continue;
          // A run that another process delivers is tried again the next time.
          const result = await syncRun(path, { uri: server.uri }, warnOnce).catch(mistakeOf);
          if (result?.failure) warnOnce(result.failure.message);
          else if (result && !isLocked(path)) delivered.set(path, written);
        }
        for (const parent of await trackedSweeps(runs)) {
          if (stopped()) break;
          const result = await syncParent(parent, { uri: server.uri }).catch(mistakeOf);
          if (result?.failure) warnOnce(result.failure.message);
        }
        // Ctrl-C ends the wait.
        await sleep(POLL_INTERVAL_MS, undefined, { signal: interrupt.signal }).catch(() => undefined);
      }
      done(codeOf(server.hasExited(), interrupt.signal.aborted));
    } finally {
      await server.stop();
      interrupt.release();
    }
  });

function mistakeOf(error: unknown): { failure: Error } | undefined {
  if (error instanceof Error && error.name === 'UserError') return undefined;
  throw error;
}

/** A server that exits by itself is a failure. */
const codeOf = (hasExited: boolean, interrupted: boolean): ExitCode => (hasExited && !interrupted ? 1 : 0);

import { relative } from 'node:path';
import { paint } from '../../core/node/paint.js';
import { definitionsWith } from '../../definitions.js';
import { prepareSweep, runSweep, type SweepRequest, type SweepResult } from '../../sweep/index.js';
import type { ExitCode } from '../exit-code.js';
import { onInterrupt } from '../interrupt.js';
import { describeSweep, listRuns } from './describe.js';
import { SweepScreen } from './screen.js';
import { report } from './status.js';
import { countStates } from './table.js';
import { sendSweep } from './track.js';

/** `gan sweep`: prints the cost, runs what is left, shows all trials, then prints where everything is. */
export async function watchSweep(request: SweepRequest, dryRun: boolean): Promise<ExitCode> {
  let screen: SweepScreen | undefined;
  const say = (text: string): void => (screen ? screen.say(text) : console.error(text));
  const warn = (text: string): void => say(`${paint.yellow('warning')} ${text}`);
  const prepared = await prepareSweep(request, await definitionsWith(request.plugins ?? []), { warn });
  if (dryRun) {
    console.log(`${describeSweep(prepared)}\n\n${listRuns(prepared)}`);
    return 0;
  }
  console.error(`${describeSweep(prepared)}\n`);
  const interrupt = onInterrupt(() =>
    say(
      paint.yellow(
        request.queue === undefined
          ? 'Stopping: trials that run save a checkpoint; Ctrl-C again leaves at once.'
          : 'Leaving: workers go on. `gan sweep status` looks, `gan sweep cancel` stops.',
      ),
    ),
  );
  try {
    const watch = (screen = new SweepScreen(prepared));
    const result = await runSweep(prepared, interrupt.signal, {
      onStart: (run) => watch.onStart(run),
      onMessage: (run, message) => watch.onMessage(run, message),
      onEnd: (run, outcome, again) => watch.onEnd(run, outcome, again),
      onRungDecided: (rung) => watch.onRungDecided(rung),
      warn,
    });
    watch.close();
    screen = undefined;
    // With --index each machine runs one trial; `gan sweep report` makes the table when all are done.
    if (request.index === undefined && !request.detach)
      await report(prepared.folder, request.tracking?.delivery);
    const code = conclude(prepared.folder, request.ablation, result);
    const delivery = request.tracking?.delivery;
    if (delivery) await sendSweep(prepared.folder, delivery, warn);
    return code;
  } finally {
    screen?.close();
    interrupt.release();
  }
}

function conclude(folder: string, ablation: string, { trials, interrupted }: SweepResult): ExitCode {
  const failed = trials.filter(({ state }) => state.status === 'failed').length;
  console.log(`\n${countStates(trials)}`);
  const shown = relative('', folder) || '.';
  console.log(`folder  ${shown}`);
  const waiting = trials.some(({ state }) => state.status === 'queued' || state.status === 'running');
  if (!interrupted && waiting) {
    console.log(`\nWorkers train it; see how far they are with  gan sweep status ${shown}`);
    return 0;
  }
  if (interrupted) console.log(`\nGo on with  gan sweep ${ablation}  (and the same flags)`);
  else if (failed > 0)
    console.log(`\nTry the failed again with  gan sweep ${ablation}  (and the same flags)`);
  return interrupted ? 130 : failed > 0 ? 1 : 0;
}

import { relative } from 'node:path';
import { GanCommand } from '../command.js';
import { counted } from '../../core/counted.js';
import { paint } from '../../core/node/paint.js';
import { type DefineCommand, type SettingFlags, settingFlags, withRunsFlag } from './common.js';

interface ShowFlags extends SettingFlags {
  readonly only: readonly string[];
  readonly picture: boolean;
}

const MAX_COLUMNS = 100;

export const showCommand: DefineCommand = (done) =>
  withRunsFlag(
    new GanCommand('show')
      .description('Shows a run in the terminal: curves, metrics, health, the newest sample.')
      .argument('[run]', 'its folder, its id, or `last`', 'last')
      .option('--only <curves...>', 'only these curves: names, or beginnings of names, e.g. val G/', [])
      .option('--no-picture', 'omit the sample'),
  ).action(async (which: string, { only, picture, ...flags }: ShowFlags) => {
    const { loadSettings } = await import('../settings.js');
    const { knownDefinitions } = await import('../known-definitions.js');
    const { findRun } = await import('../../record/index.js');
    const { bestOf, digestRun } = await import('../../reports/run/index.js');
    const { formatTable } = await import('../../core/table.js');
    const { formatHealth } = await import('../health.js');
    const { formatChanges, formatStatus, formatSteps, formatTime, formatValue, wrapped } =
      await import('../look/format.js');
    const { canDraw, drawCurve, drawPicture } = await import('../look/show.js');
    const { runs } = await loadSettings(settingFlags(flags));
    // Trials of a sweep lie under its name, not under their recipe's.
    const { path, name: place, id } = await findRun(which, runs);
    const run = await digestRun(path);
    const registry = await knownDefinitions();
    const width = Math.min(process.stdout.columns || MAX_COLUMNS, MAX_COLUMNS);
    const lines: [string, string][] = [
      ['run', `${place}/${id}${run.summary === undefined ? '' : `: ${run.summary}`}`],
      ['status', `${formatStatus(run.status)}${run.reason === undefined ? '' : `: ${run.reason}`}`],
      ['steps', `${formatSteps(run.step, run.steps)}, ${counted(Number(formatValue(run.epoch)), 'epoch')}`],
      ['time', formatTime(run.duration)],
    ];
    const { changes } = run.params ?? {};
    if (changes && Object.keys(changes.values).length > 0) {
      lines.push(['differs', `${formatChanges(changes.values, 12)} (from ${changes.from})`]);
    }
    console.log(
      lines.map(([name, text]) => `${paint.dim(name.padEnd(7))}  ${wrapped(text, width, 9, 0)}`).join('\n'),
    );
    const wanted = (name: string): boolean =>
      only.length === 0 ? !/\/(real|fake)$/.test(name) : only.some((start) => name.startsWith(start));
    for (const curves of [run.losses, run.metrics]) {
      for (const name of curves.names.filter(wanted)) {
        const drawn = drawCurve(curves, name, width - 14);
        if (drawn !== undefined) console.log(drawn);
      }
    }
    if (run.metrics.names.length > 0) {
      const rows = run.metrics.names.map((name) => {
        const best = bestOf(run.metrics, name, registry);
        return [
          name,
          formatValue(run.metrics.last(name)),
          formatValue(best?.value),
          best ? `at ${best.step}` : '',
        ];
      });
      console.log(formatTable(['metric', 'last', 'best', ''], rows, [1, 2]));
    }
    for (const finding of run.health) console.log(formatHealth(finding, width));
    const sample = run.samples.at(-1);
    if (sample) {
      if (picture && canDraw()) console.log(await drawPicture(path, sample.file, width));
      console.log(`${paint.dim('sample ')}  ${relative('', `${path}/${sample.file}`)}`);
    }
    console.log(`${paint.dim('more   ')}  gan watch ${place}/${id}`);
    done(0);
  });

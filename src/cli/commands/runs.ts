import { stripVTControlCharacters } from 'node:util';
import { Option } from 'commander';
import { GanCommand } from '../command.js';
import { paint } from '../../core/node/paint.js';
import { type DefineCommand, type SettingFlags, settingFlags, withRunsFlag } from './common.js';

interface RunsFlags extends SettingFlags {
  readonly format: 'text' | 'json';
  readonly last: number;
}

/** Changes of a run that fit into a line. */
const MAX_CHANGES = 3;

export const runsCommand: DefineCommand = (done) =>
  withRunsFlag(
    new GanCommand('runs')
      .description('Lists runs, the newest last: progress, best metric, what each changes.')
      .argument('[names...]', 'recipes (default: all)')
      .option('-n, --last <n>', 'how many of the newest; 0: all', Number, 20)
      .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text')),
  ).action(async (names: readonly string[], flags: RunsFlags) => {
    const { loadSettings } = await import('../settings.js');
    const { knownDefinitions } = await import('../known-definitions.js');
    const { listRuns } = await import('../../record/index.js');
    const { bestOf, digestRun } = await import('../../reports/run/index.js');
    const { formatTable } = await import('../../core/table.js');
    const { formatChanges, formatStacked, formatStatus, formatSteps, formatTime, formatValue } =
      await import('../look/format.js');
    const { runs: folder } = await loadSettings(settingFlags(flags));
    const found = (await listRuns(folder)).filter(({ name }) => names.length === 0 || names.includes(name));
    const shown = flags.last > 0 ? found.slice(-flags.last) : found;
    const registry = await knownDefinitions();
    const runs = [];
    for (const { path, name, id, began } of shown) {
      const run = await digestRun(path);
      const metric = run.metrics.names[0];
      const best = metric === undefined ? undefined : bestOf(run.metrics, metric, registry);
      const { status, reason, step, steps, duration, params, parent } = run;
      const health = run.health.map(({ check }) => check);
      runs.push({
        ...{ name, id, path, began, status, reason, step, steps, duration, metric, health },
        best: best ?? null,
        changes: params?.changes ?? null,
        parent: parent ?? null,
      });
    }
    if (flags.format === 'json') {
      console.log(JSON.stringify(runs, null, 2));
    } else if (runs.length === 0) {
      console.log(`There is no run in ${folder} yet. Train one: gan run RECIPE`);
    } else {
      const rows = runs.map(
        ({ name, id, status, step, steps, metric, best, duration, changes, parent, health }) => [
          `${name}/${id}`,
          formatStatus(status),
          formatSteps(step, steps),
          best && metric !== undefined ? `${metric} ${formatValue(best.value)}` : '',
          best ? `at ${best.step}` : '',
          formatTime(duration),
          [
            parent ? `from ${parent.run} at ${parent.step}` : '',
            changes === null ? '' : formatChanges(changes.values, MAX_CHANGES),
            health.length === 0 ? '' : paint.yellow([...new Set(health)].join(', ')),
          ]
            .filter((text) => text !== '')
            .join('  '),
        ],
      );
      const wide = formatTable(['run', 'status', 'steps', 'best', '', 'time', 'what it changes'], rows, [2]);
      const fits = !process.stdout.isTTY || widthOf(wide) <= process.stdout.columns;
      console.log(fits ? wide : rows.map((row) => formatStacked(row, process.stdout.columns)).join('\n'));
      if (shown.length < found.length) {
        console.log(paint.dim(`${found.length - shown.length} older ones: gan runs --last 0`));
      }
    }
    done(0);
  });

const widthOf = (text: string): number =>
  Math.max(...text.split('\n').map((line) => stripVTControlCharacters(line).trimEnd().length));

import { relative, resolve } from 'node:path';
import { Option } from 'commander';
import { GanCommand } from '../command.js';
import { paint } from '../../core/node/paint.js';
import { type DefineCommand, type SettingFlags, settingFlags, withRunsFlag } from './common.js';

interface CompareFlags extends SettingFlags {
  readonly out: string;
  readonly format: 'text' | 'json';
}

const MAX_VALUE_CHARS = 48;

export const compareCommand: DefineCommand = (done) =>
  withRunsFlag(
    new GanCommand('compare')
      .description('Compares runs: differences, metrics, and a page with curves and samples.')
      .argument('<runs...>', 'two or more: folders, ids, `last`, `name/last`')
      .option('-o, --out <file>', 'file to write the page to', 'compare.html')
      .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text')),
  ).action(async (which: readonly string[], flags: CompareFlags) => {
    const { UserError } = await import('../../core/errors.js');
    const { loadSettings } = await import('../settings.js');
    const { knownDefinitions } = await import('../known-definitions.js');
    const { findRun } = await import('../../record/index.js');
    const { compareRuns, writeComparison } = await import('../../reports/compare/index.js');
    const { formatTable } = await import('../../core/table.js');
    const { formatStatus, formatSteps, formatTime, formatValue } = await import('../look/format.js');
    const settings = await loadSettings(settingFlags(flags));
    const found = await Promise.all(which.map((run) => findRun(run, settings.runs)));
    const folders = [...new Set(found.map(({ path }) => path))];
    if (folders.length < 2) {
      throw new UserError('There is nothing to compare one run with.', {
        remedy: 'Name two runs or more; `gan runs` lists them.',
        exitCode: 2,
      });
    }
    const comparison = await compareRuns(folders, await knownDefinitions());
    const { runs, metrics, parameters } = comparison;
    await writeComparison(comparison, resolve(flags.out));
    if (flags.format === 'json') {
      const described = runs.map(({ label, run: { folder, name, id, status, step, steps, duration } }) => ({
        ...{ label, folder, name, id, status, step, steps, duration },
      }));
      console.log(
        JSON.stringify({ runs: described, metrics, parameters, page: resolve(flags.out) }, null, 2),
      );
      done(0);
      return;
    }
    const cut = (text: string): string =>
      text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS - 3)}...` : text;
    const head = ['', ...runs.map(({ label }) => label)];
    const results = [
      ...(runs.some(({ label, run }) => !label.includes(run.id))
        ? [['run', ...runs.map(({ run }) => run.id)]]
        : []),
      ['status', ...runs.map(({ run }) => formatStatus(run.status))],
      ['steps', ...runs.map(({ run }) => formatSteps(run.step, run.steps))],
      ['time', ...runs.map(({ run }) => formatTime(run.duration))],
      ...metrics.map(({ name, values, last, winner }) => [
        name,
        ...values.map((best, i) => {
          const text = best ? `${formatValue(best.value)} at ${best.step}` : formatValue(last[i]);
          return winner === i ? paint.bold(text) : text;
        }),
      ]),
    ];
    console.log(formatTable(head, results));
    console.log(paint.dim('The best of each metric, and the step at which it was measured.\n'));
    if (parameters.length === 0) console.log('The recipes are the same.');
    else {
      const rows = parameters.map(({ name, values }) => [name, ...values.map((value) => cut(value ?? '-'))]);
      console.log(formatTable(['differs', ...runs.map(({ label }) => label)], rows));
    }
    console.log(`\ncurves and pictures  ${relative('', resolve(flags.out))}`);
    done(0);
  });

import { join } from 'node:path';
import { Option } from 'commander';
import { positive } from './numbers.js';
import { GanCommand } from '../command.js';
import { paint } from '../../core/node/paint.js';
import prettyMs from 'pretty-ms';
import { packageFolder } from '../../core/node/package.js';
import type { EngineReport, FamilyReport, StepReport } from '../../engine-test.js';
import { type DefineCommand, settingFlags } from './common.js';

interface TestFlags {
  readonly device?: string;
  readonly threads?: number;
  readonly only?: readonly string[];
  readonly format: 'text' | 'json';
}

const RECIPES = join(packageFolder, 'recipes');

export const engineTestCommand: DefineCommand = (done) =>
  new GanCommand('test')
    .description(
      'Compares an engine with cpu, kernel by kernel and gradient by gradient, then times a training step.',
    )
    .argument('<engine>', 'gan engine list shows them')
    .option('--device <name>', 'what the engine computes on, if it has a choice: cpu, webgpu')
    .option('--threads <n>', 'threads that compute one operation', positive)
    .option('--only <kernels...>', 'only these families of kernels, and no timed step')
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (engine: string, { only, format, ...flags }: TestFlags) => {
      const { loadSettings } = await import('../settings.js');
      const { testEngine } = await import('../../engine-test.js');
      const settings = await loadSettings(settingFlags({ engine, ...flags }));
      const request = {
        engine,
        threads: settings.threads,
        device: settings.device,
        recipes: RECIPES,
        ...(only ? { only } : {}),
      };
      const report = await testEngine(
        request,
        format === 'json' ? {} : { family: ({ name }) => process.stderr.write(`${name}\n`) },
      );
      if (format === 'json') console.log(JSON.stringify(report, null, 2));
      else await print(report);
      done(report.families.some(({ failed }) => failed.length > 0) ? 1 : 0);
    });

async function print({ engine, families, steps }: EngineReport): Promise<void> {
  const { default: Table } = await import('cli-table3');
  console.log(`${engine.name} ${engine.version} on ${engine.device}, ${engine.threads} threads\n`);
  const table = new Table({
    head: ['kernels', 'cases', 'failed', 'worst error', 'allowed', 'time'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const family of families) table.push(row(family));
  console.log(table.toString());
  const failed = families.flatMap((family) => family.failed);
  for (const { family, name, failure } of failed) {
    console.log(`${paint.red('failed')} ${family}: ${name}\n  ${failure}`);
  }
  console.log(`\nErrors are relative to the largest value of the tensor; the reference is cpu.`);
  for (const step of steps) console.log(describeStep(step));
  const cases = families.reduce((sum, family) => sum + family.cases, 0);
  console.log(
    failed.length === 0
      ? paint.green(`\n${engine.name} agrees in all ${cases} cases.`)
      : paint.red(`\n${engine.name} fails ${failed.length} of ${cases} cases.`),
  );
}

function row({ name, cases, failed, worst, ms }: FamilyReport): string[] {
  return [
    name,
    String(cases),
    failed.length === 0 ? '0' : paint.red(String(failed.length)),
    worst.error.toExponential(1),
    worst.tolerance.toExponential(0),
    prettyMs(ms),
  ];
}

function describeStep({ recipe, ms, steps, reason }: StepReport): string {
  return ms === undefined
    ? `${recipe}: left out, ${reason}`
    : `${recipe}: ${paint.bold(`${ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`)} a training step (median of ${steps})`;
}

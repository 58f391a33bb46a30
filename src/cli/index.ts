import { CommanderError } from 'commander';
import { GanCommand } from './command.js';
import { packageVersion } from '../core/node/package.js';
import { checkCommand } from './commands/check.js';
import { demoCommand } from './commands/demo.js';
import { engineCommand } from './commands/engine.js';
import { explainCommand } from './commands/explain.js';
import { initCommand } from './commands/init.js';
import { planCommand } from './commands/plan.js';
import { predictCommand } from './commands/predict.js';
import { compareCommand } from './commands/compare.js';
import { reportCommand } from './commands/report.js';
import { describeCommand, listCommand } from './commands/reference.js';
import { importCommand } from './commands/import.js';
import { runCommand } from './commands/run.js';
import { runsCommand } from './commands/runs.js';
import { schemaCommand } from './commands/schema.js';
import { showCommand } from './commands/show.js';
import { sweepCommand } from './commands/sweep.js';
import { syncCommand } from './commands/sync.js';
import { uiCommand } from './commands/ui.js';
import { workerCommand } from './commands/worker.js';
import { watchCommand } from './commands/watch.js';
import { printError } from './errors.js';
import type { ExitCode } from './exit-code.js';

/** Parses the command line and runs the command. Nothing heavy is loaded before a command needs it. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = new GanCommand('gan')
    // Without it, options behind `gan sweep status` would be taken for those of `gan sweep`.
    .enablePositionalOptions()
    .description(
      'Trains GANs from declarations: a YAML recipe in; a trained network, pictures and curves out.',
    )
    .version(packageVersion())
    .exitOverride()
    .configureHelp({ sortSubcommands: false });
  const done = (result: ExitCode): void => {
    code = result;
  };
  for (const define of [
    initCommand,
    runCommand,
    sweepCommand,
    workerCommand,
    predictCommand,
    importCommand,
    planCommand,
    explainCommand,
    checkCommand,
    listCommand,
    describeCommand,
    schemaCommand,
    runsCommand,
    showCommand,
    compareCommand,
    watchCommand,
    reportCommand,
    syncCommand,
    uiCommand,
    engineCommand,
    demoCommand,
  ]) {
    program.addCommand(define(done).exitOverride());
  }
  program.addHelpText(
    'after',
    `
Examples:
  gan demo                                            two minutes of the reference recipe on synthetic maps
  gan run recipes/pix2pix-maps-64.yaml --data PATH    train on your own pairs
  gan run --resume last                               go on where the last run stopped
  gan watch last                                      curves, samples and health in a browser, live
  gan predict last photos/ --out maps/                use what was trained`,
  );
  try {
    // `npm start` alone runs the main job; `npm start -- ...` is gan itself.
    const bare =
      args.length === 0 ? (process.env['npm_lifecycle_event'] === 'start' ? ['demo'] : ['--help']) : args;
    await program.parseAsync([...bare], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return printError(error);
  }
  return code;
}

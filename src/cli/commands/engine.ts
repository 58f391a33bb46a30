import { Command } from 'commander';
import pc from 'picocolors';
import type { DefineCommand } from './common.js';
import { engineTestCommand } from './engine-test.js';

export const engineCommand: DefineCommand = (done) => {
  const command = new Command('engine').description('What can compute here.');
  command
    .command('list')
    .description('Every engine, whether it can run here, and how to get it where not.')
    .exitOverride()
    .action(async () => {
      const { default: Table } = await import('cli-table3');
      const { listEngines } = await import('../../engine/index.js');
      const table = new Table({
        head: ['engine', 'available', 'what it is'],
        style: { head: [], border: [] },
      });
      for (const engine of await listEngines()) {
        const available = engine.available ? pc.green('yes') : `no: ${engine.reason}\n${engine.remedy}`;
        table.push([engine.name, available, engine.summary]);
      }
      console.log(table.toString());
      done(0);
    });
  command.addCommand(engineTestCommand(done).exitOverride());
  return command;
};

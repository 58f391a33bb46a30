import { GanCommand } from '../command.js';
import { paint } from '../../core/node/paint.js';
import type { DefineCommand } from './common.js';
import { engineTestCommand } from './engine-test.js';

interface AddFlags {
  readonly gpu?: boolean;
  readonly force?: boolean;
}

export const engineCommand: DefineCommand = (done) => {
  const command = new GanCommand('engine').description(
    'Lists, tests, adds and removes engines: what does the computing.',
  );
  command
    .command('list')
    .description('Lists every engine, whether it can run here, and how to get it if not.')
    .exitOverride()
    .action(async () => {
      const { default: Table } = await import('cli-table3');
      const { listEngines } = await import('../../engine/index.js');
      const table = new Table({
        head: ['engine', 'available', 'what it is'],
        style: { head: [], border: [] },
        colWidths: [null, 46, 46],
        wordWrap: true,
      });
      for (const engine of await listEngines()) {
        const available = engine.available
          ? `${paint.green('yes')}${engine.note === undefined ? '' : `, ${engine.note}`}`
          : `${paint.yellow('no')}: ${engine.reason}\n${engine.remedy}`;
        table.push([engine.name, available, engine.summary]);
      }
      console.log(table.toString());
      done(0);
    });
  command.addCommand(engineTestCommand(done).exitOverride());
  command
    .command('add')
    .description('Builds an engine that npm alone does not provide, in your user data folder.')
    .argument('<engine>', 'tensorflow')
    .option('--gpu', 'the build for NVIDIA GPUs')
    .option('--force', 'build it again even if it exists')
    .exitOverride()
    .action(async (name: string, { gpu = false, force = false }: AddFlags) => {
      const { addEngine } = await import('../add-engine.js');
      done(await addEngine(name, { gpu, force }));
    });
  command
    .command('remove')
    .description('Removes an added engine.')
    .argument('<engine>', 'tensorflow')
    .option('--gpu', 'the build for NVIDIA GPUs')
    .exitOverride()
    .action(async (name: string, { gpu = false }: AddFlags) => {
      const { default: prettyBytes } = await import('pretty-bytes');
      const { addableEngine } = await import('../../engine/index.js');
      const removed = await addableEngine(name).remove({ gpu });
      for (const { folder, bytes } of removed) console.log(`Removed ${folder}: ${prettyBytes(bytes)} freed.`);
      if (removed.length === 0) console.log('There was nothing to remove.');
      done(0);
    });
  return command;
};

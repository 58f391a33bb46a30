import { Option } from 'commander';
import { GanCommand } from '../command.js';
import type { InitRequest } from '../init/init.js';
import type { DefineCommand } from './common.js';
import { positive, whole } from './numbers.js';

export const initCommand: DefineCommand = (done) =>
  new GanCommand('init')
    .description(
      'Writes a commented recipe for your images: looks at them, asks a few questions or takes flags.',
    )
    .argument('[file]', 'recipe to be written (default: named by the recipe)')
    .option('--data <path>', 'folder of the images')
    .addOption(
      new Option('--layout <name>', 'how they lie there').choices([
        'side-by-side',
        'paired-folders',
        'unpaired-folders',
        'images',
      ]),
    )
    .option('--source <name>', 'what it is made from: left, right, or a folder')
    .option('--target <name>', 'what is to be made')
    .option('--size <pixels>', '64, 128 or 256', whole)
    .option('--batch <n>', 'images in a step', positive)
    .option('--epochs <n>', 'passes over the data (default: 200)', positive)
    .option('--name <name>', 'of the experiment')
    .option('--yes', 'asks nothing, takes what is proposed')
    .option('--force', 'overwrites a file that is there')
    .action(async (file: string | undefined, flags: Omit<InitRequest, 'file'>) => {
      const { init } = await import('../init/init.js');
      const interactive = process.stdin.isTTY && process.stdout.isTTY;
      await init({ ...flags, ...(file === undefined ? {} : { file }) }, interactive);
      done(0);
    });

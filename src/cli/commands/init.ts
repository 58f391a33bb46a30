import { Option } from 'commander';
import { GanCommand } from '../command.js';
import type { InitRequest } from '../init/init.js';
import type { DefineCommand } from './common.js';
import { positive, whole } from './numbers.js';

export const initCommand: DefineCommand = (done) =>
  new GanCommand('init')
    .description(
      'Writes a commented recipe for your images, after inspecting them and asking a few questions (or from flags).',
    )
    .argument('[file]', 'recipe to be written (default: named by the recipe)')
    .option('--data <path>', 'folder of the images')
    .addOption(
      new Option('--layout <name>', 'layout of the folder').choices([
        'side-by-side',
        'paired-folders',
        'unpaired-folders',
        'images',
      ]),
    )
    .option('--source <name>', 'input: left, right, or a folder')
    .option('--target <name>', 'output to generate: left, right, or a folder')
    .option('--size <pixels>', '64, 128 or 256', whole)
    .option('--batch <n>', 'images per step', positive)
    .option('--epochs <n>', 'passes over the data (default: 200)', positive)
    .option('--name <name>', 'name of the experiment')
    .option('--yes', 'asks nothing and accepts all proposals')
    .option('--force', 'overwrites an existing file')
    .action(async (file: string | undefined, flags: Omit<InitRequest, 'file'>) => {
      const { init } = await import('../init/init.js');
      const interactive = process.stdin.isTTY && process.stdout.isTTY;
      await init({ ...flags, ...(file === undefined ? {} : { file }) }, interactive);
      done(0);
    });

import { Option } from 'commander';
import { type Format, FORMATS } from '../check/format.js';
import { GanCommand } from '../command.js';
import type { DefineCommand } from './common.js';

export const checkCommand: DefineCommand = (done) =>
  new GanCommand('check')
    .description(
      'Checks recipes and ablations without training; reports all errors at once, with their places.',
    )
    .argument(
      '<files...>',
      'recipes and ablations, folders of them, or glob patterns; - reads one from stdin',
    )
    .addOption(new Option('--format <name>', 'how findings are written').choices(FORMATS).default('text'))
    .action(async (args: readonly string[], { format }: { readonly format: Format }) => {
      const { checkRecipes } = await import('../check/index.js');
      done(await checkRecipes(args, format));
    });

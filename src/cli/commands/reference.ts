import { Option } from 'commander';
import { GanCommand } from '../command.js';
import type { ReferenceFormat } from '../reference.js';
import type { DefineCommand } from './common.js';

const formatOption = () =>
  new Option('--format <name>', 'how it is written').choices(['text', 'json']).default('text');

/** What findings of `gan check` are called by. */
const isCodes = (kind: string): boolean => /^(error|warning)s?$/.test(kind);

interface Flags {
  readonly format: ReferenceFormat;
}

export const listCommand: DefineCommand = (done) =>
  new GanCommand('list')
    .description('Lists everything that a recipe can name: losses, networks, layers, metrics, ...')
    .argument('[kind]', 'only these: losses, layers, networks, metrics, ..., errors')
    .addOption(formatOption())
    .action(async (kind: string | undefined, { format }: Flags) => {
      if (kind !== undefined && isCodes(kind)) {
        const { listCodes } = await import('../codes/index.js');
        listCodes(format);
      } else {
        const { list } = await import('../reference.js');
        await list(kind, format);
      }
      done(0);
    });

export const describeCommand: DefineCommand = (done) =>
  new GanCommand('describe')
    .description('Explains a loss, a layer, an error, ...: keys, defaults, formula, source, an example.')
    .argument('[kind]', 'a kind, e.g. loss; or the name alone')
    .argument('[name]', 'its name, e.g. hinge')
    .addOption(formatOption())
    .action(async (kind: string | undefined, name: string | undefined, { format }: Flags) => {
      if (kind !== undefined && name !== undefined && isCodes(kind)) {
        const { describeCode } = await import('../codes/index.js');
        await describeCode(name, format);
      } else {
        const { describeDefinition } = await import('../reference.js');
        await describeDefinition(
          [kind, name].filter((word) => word !== undefined),
          format,
        );
      }
      done(0);
    });

import { relative } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { GanCommand } from '../command.js';
import { collect, type DefineCommand, type SettingFlags, settingFlags, withSettingFlags } from './common.js';

interface ImportFlags extends SettingFlags {
  readonly weights: Readonly<Record<string, string>>;
  readonly set: readonly string[];
}

export function collectWeights(
  text: string,
  before: Readonly<Record<string, string>>,
): Record<string, string> {
  const [, name, file] = /^([A-Za-z]\w*)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || file === undefined) throw new InvalidArgumentError('Write NETWORK=FILE.');
  return { ...before, [name]: file };
}

export const importCommand: DefineCommand = (done) =>
  withSettingFlags(
    new GanCommand('import')
      .description(
        'Turns networks trained in PyTorch (pix2pix and CycleGAN reference) into a run, to use or train further.',
      )
      .argument('<recipe>', 'recipe file: what the networks are')
      .option(
        '--weights <network=file>',
        'safetensors with the state_dict of a network (repeatable)',
        collectWeights,
        {},
      )
      .option('--set <path=value>', 'changes one value of the recipe (repeatable)', collect, []),
  ).action(async (recipe: string, flags: ImportFlags) => {
    const { loadSettings } = await import('../settings.js');
    const { importWeights } = await import('../../runs/import/index.js');
    const { runs } = await loadSettings(settingFlags(flags));
    const { weights, set } = flags;
    const run = relative('', await importWeights({ recipe, weights, set, runs })) || '.';
    console.log(`imported  ${run}`);
    console.log(`\nUse it with         gan predict ${run} IMAGES --out DIR`);
    console.log(`Train it further    gan run --resume ${run} --fork`);
    const [name] = Object.keys(weights);
    console.log(`Or in a recipe      networks.${name}.weights: ${run}#${name}`);
    done(0);
  });

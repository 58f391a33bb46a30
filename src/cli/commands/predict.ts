import { relative } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { Size } from '../../recipe/recipe.js';
import { type DefineCommand, type SettingFlags, settingFlags, withSettingFlags } from './common.js';

interface PredictFlags extends SettingFlags {
  readonly out: string;
  readonly output?: string;
  readonly size?: Size;
  readonly step?: number;
}

/** `256`, or `WIDTHxHEIGHT` as pictures are spoken of. */
function parseSize(text: string): Size {
  const match = /^([1-9]\d*)(?:x([1-9]\d*))?$/.exec(text);
  if (!match) throw new InvalidArgumentError('Write 256, or WIDTHxHEIGHT.');
  const width = Number(match[1]);
  return { width, height: match[2] === undefined ? width : Number(match[2]) };
}

export const predictCommand: DefineCommand = (done) =>
  withSettingFlags(
    new Command('predict')
      .description('Makes pictures with a trained generator, from images or folders of them.')
      .argument('<run>', 'its folder, its id, or `last`')
      .argument('<images...>', 'what the output is made from: files or folders')
      .requiredOption('--out <dir>', 'folder for the pictures, as PNG')
      .option('--output <name>', 'which output, where the recipe has several')
      .option('--size <size>', 'resize every image first: 256, or WIDTHxHEIGHT', parseSize)
      .option('--step <n>', 'checkpoint of this step (default: the newest)', Number),
  ).action(async (run: string, files: readonly string[], flags: PredictFlags) => {
    const { loadSettings } = await import('../settings.js');
    const { predict } = await import('../../predict.js');
    const settings = await loadSettings(settingFlags(flags));
    const { engine, threads, device, runs } = settings;
    const { out, output, size, step } = flags;
    const optional = {
      ...(output === undefined ? {} : { output }),
      ...(size === undefined ? {} : { size }),
      ...(step === undefined ? {} : { step }),
    };
    const written = await predict(
      { run, files, out, engine, threads, device, runs, ...optional },
      {
        made: (file, count, total) => process.stderr.write(`${count}/${total} ${relative('', file)}\n`),
        warn: (text) => process.stderr.write(`warning ${text}\n`),
      },
    );
    console.log(
      `${written.length} ${written.length === 1 ? 'picture' : 'pictures'} in ${relative('', out) || '.'}`,
    );
    done(0);
  });

import { relative } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { GanCommand } from '../command.js';
import type { Size } from '../../recipe/index.js';
import { collect, type DefineCommand, type SettingFlags, settingFlags, withSettingFlags } from './common.js';
import { positive, whole } from './numbers.js';

interface PredictFlags extends SettingFlags {
  readonly out: string;
  readonly output?: string;
  readonly size?: Size;
  readonly step?: number;
  readonly input: readonly string[];
  readonly count?: number;
  readonly draws: number;
}

/** `256`, or `WIDTHxHEIGHT` as pictures are spoken of. */
export function parseSize(text: string): Size {
  const match = /^([1-9]\d*)(?:x([1-9]\d*))?$/.exec(text);
  if (!match) throw new InvalidArgumentError('Write 256, or WIDTHxHEIGHT.');
  const width = Number(match[1]);
  return { width, height: match[2] === undefined ? width : Number(match[2]) };
}

export const predictCommand: DefineCommand = (done) =>
  withSettingFlags(
    new GanCommand('predict')
      .description(
        'Makes pictures with a trained generator: from images or folders of them, classes, or noise alone.',
      )
      .argument('<run>', 'its folder, its id, or `last`')
      .argument('[images...]', 'what the output is made from: files or folders')
      .option(
        '--input <name=value>',
        'what else it is made from: a file, a folder, or a class by name or number (repeatable)',
        collect,
        [],
      )
      .option('--count <n>', 'pictures made from noise or classes alone (default: 1)', positive)
      .option('--draws <n>', 'generates each picture several times, with different noise', positive, 1)
      .requiredOption('--out <dir>', 'folder for the pictures, as PNG')
      .option('--output <name>', 'which output, where the recipe has several')
      .option('--size <size>', 'resize every image first: 256, or WIDTHxHEIGHT', parseSize)
      .option('--step <n>', 'checkpoint of this step (default: the newest)', whole),
  ).action(async (run: string, files: readonly string[], flags: PredictFlags) => {
    const { loadSettings } = await import('../settings.js');
    const { predict } = await import('../../runs/predict/index.js');
    const settings = await loadSettings(settingFlags(flags));
    const { engine, threads, device, runs } = settings;
    const { out, output, size, step, count: pictures, input: inputs, draws } = flags;
    const optional = {
      ...(output === undefined ? {} : { output }),
      ...(size === undefined ? {} : { size }),
      ...(step === undefined ? {} : { step }),
      ...(pictures === undefined ? {} : { count: pictures }),
    };
    const written = await predict(
      { run, files, inputs, draws, out, engine, threads, device, runs, ...optional },
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

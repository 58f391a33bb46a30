import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../../core/errors.js';
import { packageFolder } from '../../core/package.js';
import { planPhases } from '../../plan/phases.js';
import { parseRecipe } from '../../recipe/load.js';
import { replaceFile } from '../../record/files.js';
import { knownDefinitions } from '../known-definitions.js';
import { gatherAnswers, type InitFlags } from './ask.js';
import { writeRecipe } from './write.js';

export interface InitRequest extends InitFlags {
  /** Default: named by the recipe. */
  readonly file?: string;
  readonly force?: true;
}

/** `gan init`: asks, writes a recipe, and says what to do with it. A file that is there is left alone unless forced. */
export async function init(request: InitRequest, interactive: boolean): Promise<void> {
  const { file: chosen, force } = request;
  // Before anything is asked, where it is known.
  if (chosen !== undefined) refuseToOverwrite(chosen, force);
  const { folder, ...answers } = await gatherAnswers(request, interactive);
  const file = chosen ?? `${answers.name}.yaml`;
  refuseToOverwrite(file, force);
  const text = writeRecipe({ ...answers, path: pathFrom(file, folder) }, schemaFor(file));
  const registry = await knownDefinitions();
  // What is written is sound: flags may have asked for what is none.
  planPhases(await parseRecipe(text, { registry, file }), registry);
  await mkdir(dirname(resolve(file)), { recursive: true });
  await replaceFile(file, text);
  console.log(
    [
      `written   ${file}`,
      '',
      `gan plan ${file} --measure    what it builds, and how long it takes here`,
      `gan run ${file}               trains it`,
    ].join('\n'),
  );
}

function refuseToOverwrite(file: string, force: true | undefined): void {
  if (force || !existsSync(file)) return;
  throw new UserError(`${file} is there already.`, {
    exitCode: 2,
    remedy: 'Name another file, or overwrite it with --force.',
  });
}

const posix = (path: string): string => path.split(sep).join('/');

/** The data folder as the recipe says it: beside its file; whole, where it is on another drive. */
function pathFrom(file: string, folder: string): string {
  const path = relative(dirname(resolve(file)), resolve(folder));
  if (isAbsolute(path)) return posix(path);
  return path.startsWith('..') ? posix(path) : `./${posix(path)}`;
}

/** Of this package where that is near, by which it moves along with the project. */
function schemaFor(file: string): string {
  const schema = join(packageFolder, 'schemas', 'recipe.schema.json');
  const path = relative(dirname(resolve(file)), schema);
  return isAbsolute(path) ? posix(schema) : posix(path);
}

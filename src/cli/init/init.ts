import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../../core/errors.js';
import { pathBeside } from '../../core/node/paths.js';
import { packageFolder } from '../../core/node/package.js';
import { planPhases } from '../../plan/index.js';
import { parseRecipe } from '../../recipe/node.js';
import { writeRequestedFile } from '../../record/index.js';
import { knownDefinitions } from '../known-definitions.js';
import { gatherAnswers, type InitFlags } from './ask.js';
import { writeRecipe } from './write.js';

export interface InitRequest extends InitFlags {
  /** Default: the recipe's name. */
  readonly file?: string;
  readonly force?: true;
}

/** `gan init`: asks, writes a recipe and says how to use it. Overwrites a file only with --force. */
export async function init(request: InitRequest, interactive: boolean): Promise<void> {
  const { file: chosen, force } = request;
  // Before any question, if the file is known.
  if (chosen !== undefined) refuseToOverwrite(chosen, force);
  const { folder, ...answers } = await gatherAnswers(request, interactive);
  const file = chosen ?? `${answers.name}.yaml`;
  refuseToOverwrite(file, force);
  const text = writeRecipe({ ...answers, path: pathFrom(file, folder) }, schemaFor(file));
  const registry = await knownDefinitions();
  // Flags may have asked for a recipe that is not valid: then nothing is written.
  planPhases(await parseRecipe(text, { registry, file }), registry);
  await writeRequestedFile(file, text);
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

/** A path relative to the recipe's file. */
const pathFrom = (file: string, path: string): string => pathBeside(dirname(resolve(file)), resolve(path));

/** The package's schema as a relative path, which still holds when the project is moved. */
const schemaFor = (file: string): string =>
  pathFrom(file, join(packageFolder, 'schemas', 'recipe.schema.json'));

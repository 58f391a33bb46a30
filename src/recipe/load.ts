import type { Diagnostic } from '../core/errors.js';
import type { Registry } from '../registry/index.js';
import { type Analysed, analyse } from './analyse.js';
import { freeze, type FrozenRecipe } from './freeze/freeze.js';
import { type PartialRecipe, partialRecipes } from './freeze/partial-recipe.js';
import { formatRecipe } from './freeze/resolved-yaml.js';
import { Findings } from './messages/findings.js';
import type { Bases } from './read/bases.js';
import { readExtended } from './read/extends.js';
import type { Files } from './read/files.js';
import { entry, type Node } from './read/node.js';
import { applyOverrides, type Overrides } from './read/overrides.js';
import { Source } from './read/source.js';

export interface LoadOptions {
  readonly registry: Registry;
  readonly files: Files;
  /** `a.b=value`, the value YAML. */
  readonly set?: readonly string[];
  readonly overrides?: Overrides;
  /** Shared by files that are read one after the other. */
  readonly bases?: Bases;
  /** Finds what else is wrong or doubtful in a recipe in which something is wrong, so that all is reported at once. */
  readonly examine?: Examine;
}

/** @param partial the sound parts of the recipe, by phase. */
export type Examine = (partial: readonly PartialRecipe[], registry: Registry) => readonly Diagnostic[];

interface RecipeFile {
  /** As written, comments and all. */
  readonly text: string;
  /** Absolute. */
  readonly file: string;
  /** Absolute: what `./` in the recipe is beside. */
  readonly folder: string;
  readonly warnings: readonly Diagnostic[];
}

export interface LoadedRecipe extends RecipeFile, FrozenRecipe {
  /** Everything written out; reading it gives the same recipe. */
  readonly resolvedYaml: string;
}

/** A sound recipe before it is data: nodes, which know where they were written. */
export interface AnalysedRecipe extends RecipeFile {
  /** As files and the command line have it, nothing completed. */
  readonly written: Node;
  readonly analysed: Analysed;
}

/**
 * Reads a recipe file into data.
 * @throws UserError (exit code 2) with every finding at once, each with its place.
 */
export async function loadRecipe(file: string, options: LoadOptions): Promise<LoadedRecipe> {
  return freezeRecipe(await analyseRecipe(file, options));
}

/** The same from a text; `file` need not exist, it names the text and says what `./` is beside. */
export async function parseRecipe(
  text: string,
  options: LoadOptions & { readonly file?: string },
): Promise<LoadedRecipe> {
  const { file: name = 'recipe.yaml' } = options;
  const { paths, cwd } = options.files;
  const file = paths.resolve(cwd, name);
  return freezeRecipe(await analyseSource(new Source(name, text, paths.dirname(file)), file, options));
}

/** The nodes of a recipe file, checked. @throws UserError (exit code 2), likewise. */
export async function analyseRecipe(file: string, options: LoadOptions): Promise<AnalysedRecipe> {
  const { bases, files } = options;
  const path = files.paths.resolve(files.cwd, file);
  return analyseSource(bases?.takeText(path)?.source ?? files.read(path), path, options);
}

/** A recipe from text to data, in the order in which things happen. Read this first. */
async function analyseSource(source: Source, file: string, options: LoadOptions): Promise<AnalysedRecipe> {
  const { registry, files, bases, overrides = {}, set = [], examine } = options;
  const findings = new Findings();
  const context = { registry, files, findings, bases };

  // 1. Read: the text, what it extends and what the command line changes, merged into nodes without short forms.
  const { text, folder, name } = source;
  const extended = bases?.get(file, folder)?.root ?? (await readExtended(source, context));
  if (!extended) throw findings.failure(name);
  refuseAblation(extended, name, findings);
  const written = applyOverrides(extended, overrides, set, context, folder);

  // 2. Complete, 3. validate and 4. check: what is understood, form, and meaning, of the whole and of each phase.
  const analysed = analyse(written, context);
  // Where something is wrong, what is sound is planned all the same: planning finds mistakes, too.
  if (findings.errors > 0) throw findings.failure(name, examine?.(partialRecipes(analysed), registry));
  return { text, file, folder, warnings: findings.sorted, written, analysed };
}

/** 5. Freeze: what is sound becomes data that nothing can change. */
export function freezeRecipe({ analysed, text, file, folder, warnings }: AnalysedRecipe): LoadedRecipe {
  const frozen = freeze(analysed);
  return {
    ...frozen,
    text,
    file,
    folder,
    warnings,
    // Formatted only where it is asked for: checking does not.
    get resolvedYaml() {
      return formatRecipe(frozen.recipe);
    },
  };
}

function refuseAblation(root: Node, name: string, findings: Findings): void {
  const vary = entry(root, 'vary');
  if (vary) {
    findings.error('ablation', vary.key);
    throw findings.failure(name);
  }
}

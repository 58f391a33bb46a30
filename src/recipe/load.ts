import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../core/errors.js';
import type { Registry } from '../registry/index.js';
import type { Bases } from './read/bases.js';
import { Findings } from './messages/findings.js';
import { readExtended } from './read/extends.js';
import { finishJudged, judge, type Judged, type LoadedPhase, type Remains, remainsOf } from './analyse.js';
import { entry, type Node } from './read/node.js';
import { applyOverrides, type Overrides } from './read/overrides.js';
import type { Locator, Recipe } from './recipe.js';
import { formatRecipe } from './freeze/resolved-yaml.js';
import { readSource, Source } from './read/source.js';

export interface LoadOptions {
  readonly registry: Registry;
  /** `a.b=value`, the value YAML. */
  readonly set?: readonly string[];
  readonly overrides?: Overrides;
  /** Shared by files that are read one after the other. */
  readonly bases?: Bases;
  /** What paths on the command line are beside, and what files' names in messages are shortened by. */
  readonly cwd?: string;
  /** Finds what else is wrong or doubtful in a recipe in which something is wrong, so that all is said at once. */
  readonly examine?: Examine;
}

/** @param remains what is sound, by phase. */
export type Examine = (remains: readonly Remains[], registry: Registry) => readonly Diagnostic[];

export interface LoadedRecipe {
  readonly recipe: Recipe;
  /** In playing order, each as a recipe of its own; one where the recipe only says how long. */
  readonly phases: readonly LoadedPhase[];
  /** As written, comments and all. */
  readonly text: string;
  /** Absolute. */
  readonly file: string;
  /** Absolute: what `./` in the recipe is beside. */
  readonly folder: string;
  readonly warnings: readonly Diagnostic[];
  /** Everything written out; reading it gives the same recipe. */
  readonly resolvedYaml: string;
  /** For messages about what the recipe amounts to, as planning it gives them. */
  readonly locate: Locator;
}

/**
 * Reads a recipe: text, `extends`, the command line's changes, what is left to be understood, form, meaning, frozen data.
 * @throws UserError (exit code 2) with every finding at once, each with its place.
 */
export async function loadRecipe(file: string, options: LoadOptions): Promise<LoadedRecipe> {
  const cwd = options.cwd ?? process.cwd();
  const path = resolve(cwd, file);
  const read = options.bases?.takeText(path);
  return load(read?.source ?? readSource(file, cwd), path, cwd, options);
}

/** The same from a text; `file` need not exist, it names the text and says what `./` is beside. */
export async function parseRecipe(
  text: string,
  options: LoadOptions & { readonly file?: string },
): Promise<LoadedRecipe> {
  const cwd = options.cwd ?? process.cwd();
  const name = options.file ?? 'recipe.yaml';
  const file = resolve(cwd, name);
  return load(new Source(name, text, dirname(file)), file, cwd, options);
}

async function load(source: Source, file: string, cwd: string, options: LoadOptions): Promise<LoadedRecipe> {
  return finishRead(await read(source, file, cwd, options));
}

/** A sound recipe before it is data: nodes, which know where they were written. */
export interface ReadRecipe extends Pick<LoadedRecipe, 'text' | 'file' | 'folder' | 'warnings'> {
  /** As files and the command line have it: what is left to be understood is not there yet. */
  readonly written: Node;
  readonly judged: Judged;
}

/**
 * The nodes of a recipe file, checked.
 * @throws UserError (exit code 2) with every finding at once, each with its place.
 */
export async function readRecipe(file: string, options: LoadOptions): Promise<ReadRecipe> {
  const cwd = options.cwd ?? process.cwd();
  return read(readSource(file, cwd), resolve(cwd, file), cwd, options);
}

async function read(source: Source, file: string, cwd: string, options: LoadOptions): Promise<ReadRecipe> {
  const { registry, bases, examine } = options;
  const findings = new Findings();
  const context = { registry, findings, bases };
  const extended = bases?.get(file, source.folder)?.root ?? (await readExtended(source, context, cwd));
  if (!extended) throw findings.failure(source.name);
  const vary = entry(extended, 'vary');
  if (vary) {
    findings.error(
      'ablation',
      'This is an ablation, not a recipe.',
      vary.key,
      'gan check, gan plan and gan sweep accept it.',
    );
    throw findings.failure(source.name);
  }
  const written = applyOverrides(extended, options.overrides ?? {}, options.set ?? [], context, {
    cwd,
    folder: source.folder,
  });
  const judged = judge(written, context);
  if (findings.errors > 0) throw findings.failure(source.name, examine?.(remainsOf(judged), registry));
  const { text, folder } = source;
  return { text, file, folder, warnings: findings.sorted, written, judged };
}

/** Nodes as data. */
export function finishRead({ judged, text, file, folder, warnings }: ReadRecipe): LoadedRecipe {
  const finished = finishJudged(judged);
  return {
    ...finished,
    text,
    file,
    folder,
    warnings,
    // Written only where it is wanted: checking does not.
    get resolvedYaml() {
      return formatRecipe(finished.recipe);
    },
  };
}

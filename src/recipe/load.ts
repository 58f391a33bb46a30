import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../core/errors.js';
import type { Registry } from '../registry/index.js';
import type { Bases } from './bases.js';
import { Findings } from './diagnostics.js';
import { readExtended } from './extends.js';
import { finishJudged, judge, type LoadedPhase } from './judge.js';
import { entry } from './node.js';
import { applyOverrides, type Overrides } from './overrides.js';
import type { Locator, Recipe } from './recipe.js';
import { formatRecipe } from './resolved.js';
import { readSource, Source } from './source.js';

export interface LoadOptions {
  readonly registry: Registry;
  /** `a.b=value`, the value YAML. */
  readonly set?: readonly string[];
  readonly overrides?: Overrides;
  /** Shared by files that are read one after the other. */
  readonly bases?: Bases;
  /** What paths on the command line are beside, and what files' names in messages are shortened by. */
  readonly cwd?: string;
}

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
  return load(await readSource(file, cwd), resolve(cwd, file), cwd, options);
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
  const { registry, bases } = options;
  const findings = new Findings();
  const context = { registry, findings, bases };
  const written = await readExtended(source, context, cwd);
  if (!written) throw findings.failure(source.name);
  const vary = entry(written, 'vary');
  if (vary) {
    findings.error(
      'ablation',
      'This is an ablation, not a recipe.',
      vary.key,
      'gan check and gan plan take it.',
    );
    throw findings.failure(source.name);
  }
  const changed = applyOverrides(written, options.overrides ?? {}, options.set ?? [], context, {
    cwd,
    folder: source.folder,
  });
  const judged = judge(changed, context);
  if (findings.errors > 0) throw findings.failure(source.name);
  const finished = finishJudged(judged);
  return {
    ...finished,
    text: source.text,
    file,
    folder: source.folder,
    warnings: findings.sorted,
    // Written only where it is wanted: checking does not.
    get resolvedYaml() {
      return formatRecipe(finished.recipe);
    },
  };
}

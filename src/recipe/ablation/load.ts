import { type Diagnostic, UserError } from '../../core/errors.js';
import type { Registry } from '../../registry/index.js';
import type { Bases } from '../read/bases.js';
import { eachOnce, Findings } from '../messages/findings.js';
import { readExtended } from '../read/extends.js';
import { analyse } from '../analyse.js';
import { freeze } from '../freeze/freeze.js';
import { type PartialRecipe, partialRecipes } from '../freeze/partial-recipe.js';
import type { Examine, LoadedRecipe } from '../load.js';
import type { Files, ReadContext } from '../read/files.js';
import { merge } from '../read/merge.js';
import { entry, find, type MapNode, type Node, textOf, toJson } from '../read/node.js';
import { applyOverrides, type Overrides } from '../read/overrides.js';
import { patchesOf } from '../read/path.js';
import { rebase } from '../read/rebase.js';
import type { Recipe } from '../recipe.js';
import { formatRecipe } from '../freeze/resolved-yaml.js';
import { expandShortForms } from '../read/short-forms.js';
import type { Source } from '../read/source.js';
import { Validators } from '../validate/validators.js';
import { validatePart } from '../validate/validate.js';
import { readYaml } from '../read/yaml.js';
import { type Axis, checkOverlaps, checkReport, readAxes } from './axes.js';
import type { Level } from './level.js';
import { combine, countCombinations } from './combine.js';
import { experimentText } from './experiment.js';
import type { AblationForm } from '../schema/ablation.js';
import { checkPublished } from './published.js';
import { checkRungs, readSearch, type Search } from './search.js';
import { TrialLoader } from './trial-loader.js';

/** More runs than anybody waits for: a slip in the axes. */
const MAX_TRIALS = 10_000;
const SEED = 'train.seed';

type Report = NonNullable<AblationForm['report']>;

/** One combination of levels, as the recipe that it is. */
export interface Trial {
  /** Level by axis. */
  readonly cells: Readonly<Record<string, string>>;
  /** Of the experiment: trials of one hash are one run. */
  readonly hash: string;
  readonly recipe: LoadedRecipe;
}

export interface LoadedAblation {
  readonly name: string;
  readonly summary?: string;
  /** Absolute. */
  readonly file: string;
  readonly base: Recipe;
  /** In the order in which they were written: levels by name. */
  readonly axes: readonly { readonly name: string; readonly levels: readonly string[] }[];
  readonly trials: readonly Trial[];
  readonly search: Search;
  readonly report: Report & Required<Pick<Report, 'metrics'>>;
  /** Of the base recipe: what variants leave unplayed is no mistake. */
  readonly warnings: readonly Diagnostic[];
}

export interface LoadAblationOptions {
  readonly registry: Registry;
  readonly files: Files;
  /** In hexadecimal; it identifies the experiment. */
  readonly sha256: (text: string) => string;
  /** Laid on the base before anything is varied; what is varied wins. */
  readonly set?: readonly string[];
  readonly overrides?: Overrides;
  /** Shared by files that are read one after the other. */
  readonly bases?: Bases;
  /** Finds what else is wrong with trials where something is, so that all is reported at once. */
  readonly examine?: Examine;
}

/** Whether a file is an ablation: it has the key `vary`. A file that cannot be read is none. */
export function isAblation(
  file: string,
  { bases, files }: Pick<LoadAblationOptions, 'bases' | 'files'>,
): boolean {
  const path = files.paths.resolve(files.cwd, file);
  const source = bases?.takeText(path)?.source ?? readable(path, files);
  // Most files are recipes, and need not be read as YAML twice.
  if (!source?.text.includes('vary')) {
    if (source) bases?.keepText(path, { source });
    return false;
  }
  const findings = new Findings();
  const root = readYaml(source, findings);
  bases?.keepText(path, { source, ...(root && findings.count === 0 ? { root } : {}) });
  return entry(root, 'vary') !== undefined;
}

function readable(path: string, files: Files): Source | undefined {
  try {
    return files.read(path);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * Reads an ablation: its base, its axes, and every trial, each checked as the recipe that it is.
 * @throws UserError (exit code 2) with every finding at once, each with its place, here or in the base.
 */
export async function loadAblation(file: string, options: LoadAblationOptions): Promise<LoadedAblation> {
  const { registry, files, bases, overrides = {}, set = [], examine } = options;
  const path = files.paths.resolve(files.cwd, file);
  const read = bases?.takeText(path);
  const source = read?.source ?? files.read(path);
  const findings = new Findings();
  const context = { registry, files, findings, bases };
  const failIfAny = (partial: () => readonly (readonly PartialRecipe[])[] = () => []): void => {
    if (findings.errors === 0) return;
    const planned = examine ? partial().flatMap((phases) => examine(phases, registry)) : [];
    throw findings.failure(source.name, eachOnce(planned));
  };
  const root = read?.root ?? readYaml(source, findings);
  failIfAny();
  if (root?.kind !== 'map') throw new UserError(`${source.name} is not an ablation.`, { exitCode: 2 });
  const json = toJson(root);
  validatePart(Validators.of(registry).ablation, json, [], root, findings);
  // What is wrong with the base is reported beside what is wrong here.
  const isReadable = findings.errors === 0;
  if (textOf(find(root, ['base'])) === undefined) failIfAny();

  const { written: asWritten, folder, text } = await readBase(source, root, context);
  const written = applyOverrides(asWritten, overrides, set, context, folder);
  const analysed = analyse(written, context);
  if (!isReadable) failIfAny(() => [partialRecipes(analysed)]);
  const varied = readAxes(find(root, ['vary']) as MapNode, findings);
  checkOverlaps(varied, written, findings);
  failIfAny(() => [partialRecipes(analysed)]);

  const base = freeze(analysed).recipe;
  const metrics = measured(base);
  checkReport(root, varied, metrics, findings);
  checkPublished(root, varied, findings);
  const search = readSearch(root, varied, metrics, findings);
  const average = textOf(find(root, ['report', 'average']));
  const count = countCombinations(varied, search, average);
  // A range without a budget is reported by `readSearch`.
  if (Number.isFinite(count) && count > MAX_TRIALS)
    findings.error('too-many', root.entries.get('vary')!.key, count, MAX_TRIALS);
  failIfAny();
  const { axes, combinations } = combine(varied, search, average);
  const warnings = findings.sorted;

  const recipe = { text, file: path, folder, warnings: [] };
  const loader = new TrialLoader();
  const trials = combinations.flatMap((levels): Trial[] => {
    const inTrial = { registry, files, findings: new Findings() };
    const seeded = levels.filter(
      ({ level: { changes } }) => changes.length === 1 && changes[0]!.path === SEED,
    );
    const others = levels.filter((level) => !seeded.includes(level));
    const frozen = loader.load(
      JSON.stringify(others.map(({ axis, level }) => [axis, level.name])),
      seeded[0] && toJson(seeded[0].level.changes[0]!.value),
      () => applyLevels(written, levels, inTrial, source.folder, folder),
      inTrial,
    );
    if (frozen) checkRungs(root, search, frozen, inTrial.findings);
    findings.adoptErrors(inTrial.findings);
    if (!frozen) return [];
    const loaded = {
      ...frozen,
      ...recipe,
      get resolvedYaml() {
        return formatRecipe(frozen.recipe);
      },
    };
    const cells = Object.fromEntries(levels.map(({ axis, level }) => [axis, level.name]));
    let hash: string | undefined;
    return [
      {
        cells,
        recipe: loaded,
        // Computed only where it is asked for: checking does not.
        get hash() {
          return (hash ??= options.sha256(experimentText(frozen.phases, registry)));
        },
      },
    ];
  });
  failIfAny(() => loader.partialRecipes);
  const { name, summary, report = {} } = json as AblationForm;
  return {
    name,
    ...(summary !== undefined && { summary }),
    file: path,
    base,
    axes: axes.map((axis: Axis) => ({ name: axis.name, levels: axis.levels.map((level) => level.name) })),
    trials,
    search,
    report: { ...report, metrics: report.metrics ?? metrics },
    warnings,
  };
}

/** The nodes of the base recipe. @throws UserError with all that is wrong with it. */
async function readBase(
  source: Source,
  root: Node,
  context: ReadContext,
): Promise<{ readonly written: Node; readonly folder: string; readonly text: string }> {
  const { files, findings, bases } = context;
  const base = find(root, ['base'])!;
  const file = files.paths.resolve(source.folder, textOf(base)!);
  const known = bases?.get(file, files.paths.dirname(file));
  if (known) return { written: known.root, folder: known.source.folder, text: known.source.text };
  let read: Source;
  try {
    read = files.read(file);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    findings.error('unreadable', base.origin, error);
    throw findings.failure(source.name);
  }
  const before = findings.errors;
  const written = await readExtended(read, context);
  if (!written || findings.errors > before) throw findings.failure(source.name);
  if (findings.count === 0) bases?.set(file, read.folder, { source: read, root: written });
  return { written, folder: read.folder, text: read.text };
}

/** Keys of the metrics that a recipe's runs are measured by. */
function measured({ evaluate, game }: Recipe): readonly string[] {
  const outputs = Object.entries(game.outputs).filter(([, { reference }]) => reference !== undefined);
  const prefixes = outputs.length > 1 ? outputs.map(([name]) => `/${name}`) : [''];
  return (evaluate?.metrics ?? []).flatMap(({ type }) =>
    prefixes.map((prefix) => `${evaluate!.split}${prefix}/${type}`),
  );
}

/** The base with the levels' changes laid on it, short paths first: so the order of the axes never counts. */
function applyLevels(
  base: Node,
  levels: readonly { readonly axis: string; readonly level: Level }[],
  context: ReadContext,
  from: string,
  to: string,
): Node {
  const changes = levels
    .flatMap(({ axis, level }) => level.changes.map((change) => ({ ...change, axis })))
    .sort(
      (a, b) =>
        a.path.split('.').length - b.path.split('.').length ||
        (a.path === b.path ? 0 : a.path < b.path ? -1 : 1) ||
        (a.axis < b.axis ? -1 : 1),
    );
  let node = base;
  for (const { path, at, value } of changes) {
    for (const patch of patchesOf(node, at, path, value, context.findings))
      node = merge(node, expandShortForms(rebase(patch, from, to, context.files.paths)), context);
  }
  return node;
}

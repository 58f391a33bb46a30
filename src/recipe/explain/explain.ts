import { UserError } from '../../core/errors.js';
import type { Json } from '../../core/json.js';
import { flow, formatLines, type Line } from '../freeze/format.js';
import { freezeRecipe, type AnalysedRecipe } from '../load.js';
import { find, type Node, type Path, type Retyped } from '../read/node.js';
import { suggest } from '../messages/suggest.js';
import { describeOrigin, originOf, type ValueOrigin } from './origin.js';

/** One value of a resolved recipe. */
export interface ExplainedValue {
  /** As `--set` takes it: ids in place of positions. */
  readonly path: string;
  readonly value: Json;
  readonly origin: ValueOrigin;
}

/** A place at which `type` was changed over an inherited one. */
export interface ExplainedType extends Omit<Retyped, 'origin'> {
  readonly path: string;
  /** Where the new type was written. */
  readonly at: string;
}

/** A resolved recipe, or a part of it, value by value. */
export interface Explanation {
  readonly name: string;
  readonly values: readonly ExplainedValue[];
  readonly types: readonly ExplainedType[];
  /** YAML of the part, with all that in comments. */
  readonly lines: readonly Line[];
}

type Container = Readonly<Record<string, Json>> | readonly Json[];

const isContainer = (value: Json | undefined): value is Container =>
  typeof value === 'object' && value !== null;

/**
 * Where each value of a recipe comes from.
 * @param part path as `--set` takes it, `*` for every name; default: the whole recipe.
 * @throws UserError (exit code 2) where there is no such part.
 */
export function explainRecipe(read: AnalysedRecipe, part?: string): Explanation {
  const loaded = freezeRecipe(read);
  const { recipe } = loaded;
  const paths = part === undefined ? [[]] : findPaths(recipe, part);
  const parts = paths.map((path) => new Explainer(read, recipe, path));
  return {
    name: recipe.name,
    values: parts.flatMap((each) => each.values),
    types: parts.flatMap((each) => each.types),
    lines: parts.flatMap((each) => each.lines),
  };
}

class Explainer {
  readonly values: readonly ExplainedValue[];
  readonly types: readonly ExplainedType[];
  readonly lines: readonly Line[];

  constructor(
    private readonly read: AnalysedRecipe,
    private readonly recipe: Json,
    private readonly root: Path,
  ) {
    const value = valueAt(recipe, root)!;
    const paths = [...leaves(value, root)];
    this.values = paths.map((path) => ({
      path: this.text(path),
      value: valueAt(recipe, path)!,
      origin: originOf(read, path),
    }));
    this.types = [...this.changedTypes(root)];
    this.lines = this.write(value);
  }

  private text(path: Path): string {
    return path
      .map(
        (step, i) =>
          (typeof step === 'number' ? idOf(valueAt(this.recipe, path.slice(0, i + 1))) : undefined) ??
          String(step),
      )
      .join('.');
  }

  private write(value: Json): readonly Line[] {
    const { root } = this;
    const shown = root.length === 0 ? value : { [this.text(root)]: value };
    // The path to the part is printed as one key.
    const real = (path: Path): Path => (root.length === 0 ? path : [...root, ...path.slice(1)]);
    return formatLines(shown, {
      width: Infinity,
      above: (path) => this.describeTypes(real(path)),
      behind: (path) => this.describe(real(path)),
      onOneLine: (_, path) => this.remarks(real(path)).size === 1,
    });
  }

  private describeTypes(path: Path): string | undefined {
    const types = this.retypedAt(path);
    return types.length === 0 ? undefined : types.map(describeType).join('; ');
  }

  private *changedTypes(path: Path): Generator<ExplainedType> {
    yield* this.retypedAt(path);
    const value = valueAt(this.recipe, path);
    if (!isContainer(value)) return;
    for (const step of stepsOf(value)) yield* this.changedTypes([...path, step]);
  }

  private retypedAt(path: Path): readonly ExplainedType[] {
    const node: Node | undefined = find(this.read.analysed.whole.root, path);
    if (node?.kind !== 'map') return [];
    return (node.retyped ?? []).map(({ origin: { source, start, end }, ...change }) => {
      const { file, line } = source.place(start, end).place;
      const at = file.startsWith('--') ? `${file} ${source.text}` : `${file}:${line}`;
      return { path: this.text(path), ...change, at };
    });
  }

  private describe(path: Path): string {
    const [remark = ''] = this.remarks(path);
    return remark;
  }

  /** Different remarks that there are to be made of the values below a path. */
  private remarks(path: Path): ReadonlySet<string> {
    const value = valueAt(this.recipe, path)!;
    const paths = isContainer(value) && Object.keys(value).length === 0 ? [path] : leaves(value, path);
    return new Set([...paths].map((leaf) => remarkOn(originOf(this.read, leaf))));
  }
}

function remarkOn(origin: ValueOrigin): string {
  const history = 'before' in origin ? origin.before : [];
  const before = history.map(
    ({ value, origin: { before: _, ...place } }) =>
      `${flow(value)} in ${describeOrigin({ ...place, before: [] })}`,
  );
  return [
    describeOrigin(origin),
    ...(before.length === 0 ? [] : [`was ${before.join(', before that ')}`]),
  ].join('; ');
}

/** `type was unet (mine.yaml:7): depth and dropout fell away; filters, norm stayed`. */
function describeType({ from, to, at, fell, stayed }: ExplainedType): string {
  const list = (keys: readonly string[]): string => (keys.length === 0 ? 'nothing' : keys.join(', '));
  return `${from === '' ? 'type became' : `type was ${from}, became`} ${to} (${at}); fell away: ${list(fell)}; stayed: ${list(stayed)}`;
}

/** Lists of plain values are one value, and so are maps and lists without contents. */
function* leaves(value: Json, path: Path): Generator<Path> {
  const isOne = !isContainer(value) || Object.keys(value).length === 0 || isPlainList(value);
  if (isOne) yield path;
  else for (const step of stepsOf(value)) yield* leaves(valueAt(value, [step])!, [...path, step]);
}

const isPlainList = (value: Container): boolean =>
  Array.isArray(value) && !value.some((item: Json) => isContainer(item) && !Array.isArray(item));

const stepsOf = (value: Container): Path =>
  Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);

function valueAt(root: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, step) => (isContainer(value) ? (value as Readonly<Record<string, Json>>)[step] : undefined),
    root,
  );
}

function idOf(value: Json | undefined): string | undefined {
  const id =
    isContainer(value) && !Array.isArray(value) ? (value as Readonly<Record<string, Json>>)['id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** Paths with positions that one with ids and `*` stands for. */
function findPaths(root: Json, part: string): readonly Path[] {
  let found: readonly Path[] = [[]];
  for (const step of part.split('.')) {
    const next = found.flatMap((path) => {
      const value = valueAt(root, path);
      if (!isContainer(value)) return [];
      return stepsOf(value)
        .filter((key) => step === '*' || nameOf(value, key) === step)
        .map((key) => [...path, key]);
    });
    if (next.length === 0) throw nothingThere(root, found, step, part);
    found = next;
  }
  return found;
}

/** What a step is called: the id of a list's item, where it has one. */
const nameOf = (value: Container, key: string | number): string =>
  idOf(typeof key === 'number' ? valueAt(value, [key]) : undefined) ?? String(key);

function nothingThere(root: Json, found: readonly Path[], step: string, part: string): UserError {
  const names = found.flatMap((path) => {
    const value = valueAt(root, path);
    return isContainer(value) ? stepsOf(value).map((key) => nameOf(value, key)) : [];
  });
  const remedy = suggest(step, names, 'There is') ?? 'It is a value, and nothing is below it.';
  return new UserError(`There is no "${step}" at ${part} in this recipe.`, { exitCode: 2, remedy });
}

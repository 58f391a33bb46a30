import type { Place } from '../../core/errors.js';
import type { Json } from '../../core/json.js';
import { matchesPath } from '../../core/matches-path.js';
import { entry, find, type Node, type Path, textOf, toJson } from '../read/node.js';
import type { AnalysedRecipe } from '../load.js';
import type { Origin as Stretch } from '../read/source.js';

/** Where a value of a resolved recipe comes from. */
export type ValueOrigin = Written | Option | Default | Understood;

/** What the value was before the line or option that last wrote it. */
export interface Replaced {
  readonly value: Json;
  readonly origin: Written | Option;
}

interface Last {
  /** Newest first. */
  readonly before: readonly Replaced[];
  /** The other part of the recipe that it was taken over from: `like: G`, or the recipe's `optimizer`. */
  readonly by?: string;
}

export interface Written extends Last, Pick<Place, 'file' | 'line' | 'column'> {
  readonly kind: 'written';
}

/** A flag of the command line. */
export interface Option extends Last {
  readonly kind: 'option';
  readonly option: string;
  readonly text: string;
}

/** The default in the schema of its section. */
export interface Default {
  readonly kind: 'default';
}

/** Left out, since it follows from the rest of the recipe. */
export interface Understood {
  readonly kind: 'understood';
  readonly from: string;
}

/** Keys that a recipe may leave out, since they follow from others. */
const UNDERSTOOD: readonly (readonly [pattern: string, from: string])[] = [
  ['game.updates.*.train', 'the name of the update'],
  ['game.play', 'the only update'],
  ['game.outputs.*.from', 'the fields it depends on'],
];

/** @param path in the resolved recipe, positions in lists. */
export function originOf({ written, analysed }: AnalysedRecipe, path: Path): ValueOrigin {
  const at = asWritten(path);
  const writtenHere = find(written, at);
  const understood = UNDERSTOOD.find(([pattern]) => matchesPath(pattern, path));
  if (!writtenHere && understood) return { kind: 'understood', from: understood[1] };
  const node = find(analysed.whole.root, at);
  if (!node) return { kind: 'default' };
  const by = writtenHere ? undefined : takenOver(written, at);
  const before = replacedAt(analysed.whole.root, at);
  return { ...placeOf(node.origin), before, ...(by === undefined ? {} : { by }) };
}

/** A recipe of one phase has `train.for`; while it is read, that is a list of one phase. */
function asWritten(path: Path): Path {
  return path.join('.') === 'train.for' ? ['train', 'phases', 0, 'for'] : path;
}

function takenOver(written: Node, path: Path): string | undefined {
  const [section, name, ...rest] = path;
  if (section === 'networks') {
    const like = textOf(find(written, ['networks', name!, 'like']));
    return like === undefined ? undefined : `like: ${like}`;
  }
  return section === 'game' && rest[1] === 'optimizer' && entry(written, 'optimizer')
    ? 'optimizer'
    : undefined;
}

function placeOf({ source, start, end }: Stretch): Omit<Written, 'before'> | Omit<Option, 'before'> {
  if (source.name.startsWith('--')) return { kind: 'option', option: source.name, text: source.text };
  const { file, line, column } = source.place(start, end).place;
  return { kind: 'written', file, line, column };
}

/** Earlier values at a path: the value there was replaced, or a list or map around it. */
function replacedAt(root: Node, path: Path): readonly Replaced[] {
  for (let depth = path.length; depth >= 0; depth--) {
    const whole = find(root, path.slice(0, depth))?.before;
    const before = whole && find(whole, path.slice(depth));
    if (!before) continue;
    const value = { value: toJson(before), origin: { ...placeOf(before.origin), before: [] } };
    return [value, ...replacedAt(whole, path.slice(depth))];
  }
  return [];
}

/** `recipes/mine.yaml:12`, `--set train.seed=2`, `default`; and what it was before. */
export function describeOrigin(origin: ValueOrigin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'understood':
      return `understood from ${origin.from}`;
    case 'option':
      return `${origin.option} ${origin.text}${byText(origin)}`;
    case 'written':
      return `${origin.file}:${origin.line}${byText(origin)}`;
  }
}

const byText = ({ by }: Last): string => (by === undefined ? '' : `, through ${by}`);

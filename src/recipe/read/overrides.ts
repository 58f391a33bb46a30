import type { Registry } from '../../registry/index.js';
import type { ReadContext } from './files.js';
import { merge } from './merge.js';
import { entry, find, type Node, scalar } from './node.js';
import { rebase } from './rebase.js';
import { nest, patchesOf } from './path.js';
import { expandShortForms } from './short-forms.js';
import { type Origin, Source } from './source.js';
import { readYaml } from './yaml.js';

/** What the command line changes. */
export interface Overrides {
  /** `PATH`, or `NAME=PATH` of one source; `synthetic` in place of a path for data made on the spot. */
  readonly data?: readonly string[];
  /** `500 steps` or `3 epochs`. */
  readonly for?: string;
}

/**
 * The recipe with the changes of the command line merged over it: data, for, then each `a.b=value`, the value YAML.
 * @param folder the recipe's.
 */
export function applyOverrides(
  root: Node,
  overrides: Overrides,
  set: readonly string[],
  context: ReadContext,
  folder: string,
): Node {
  const { cwd, paths } = context.files;
  let node = root;
  const apply = (patch: Node): void => {
    node = merge(node, expandShortForms(patch), context);
  };
  for (const text of overrides.data ?? []) dataPatches(node, text, context).forEach(apply);
  if (overrides.for !== undefined) {
    const at = whole(new Source('--for', overrides.for, cwd));
    if (hasPhases(node)) {
      context.findings.error('has-phases', at);
    } else apply(nest(['train', 'for'], scalar(overrides.for, at), () => at));
  }
  for (const text of set)
    setPatches(node, text, context).forEach((patch) => apply(rebase(patch, cwd, folder, paths)));
  return node;
}

/** Whether `train` has more than a length: several phases, or one with changes. */
function hasPhases(root: Node): boolean {
  const phases = find(root, ['train', 'phases']);
  return (
    phases?.kind === 'list' && (phases.items.length > 1 || phases.items.some((item) => entry(item, 'change')))
  );
}

const whole = (source: Source): Origin => ({ source, start: 0, end: source.text.length });

function setPatches(root: Node, text: string, { findings, files }: ReadContext): readonly Node[] {
  const source = new Source('--set', text, files.cwd);
  const equals = text.indexOf('=');
  if (equals < 1) {
    findings.error('bad-set', whole(source));
    return [];
  }
  const value = readYaml(source, findings, equals + 1);
  const key = { source, start: 0, end: equals };
  if (!value) {
    if (text.slice(equals + 1).trim() === '') findings.error('missing-value.set', key);
    return [];
  }
  return patchesOf(root, key, text.slice(0, equals), value, findings);
}

function dataPatches(
  root: Node,
  text: string,
  { findings, registry, files: { cwd, paths } }: ReadContext,
): readonly Node[] {
  const at = whole(new Source('--data', text, cwd));
  const data = find(root, ['data']);
  const sources = data?.kind === 'map' ? [...data.entries.keys()] : [];
  const named = /^([A-Za-z][A-Za-z0-9_]*)=(.*)$/s.exec(text);
  const name = named?.[1] ?? (sources.length === 1 ? sources[0] : undefined);
  const path = named?.[2] ?? text;
  if (name === undefined) {
    findings.error('which-source', at, sources);
    return [];
  }
  if (!sources.includes(name)) {
    findings.error('unknown-source', at, name, sources);
    return [];
  }
  const made = madeType(registry, path);
  return [
    made === undefined
      ? nest(['data', name, 'path'], scalar(paths.resolve(cwd, path), at), () => at)
      : nest(['data', name, 'type'], scalar(made, at), () => at),
  ];
}

/** The data set without files that a word names, by its type or the first word of it: `synthetic` is `synthetic-maps`. */
function madeType(registry: Registry, word: string): string | undefined {
  const made = registry.all('dataset').filter((definition) => !definition.files);
  return made.find(({ type }) => type === word || type.startsWith(`${word}-`))?.type;
}

import { UserError } from '../../core/errors.js';
import type { ReadContext } from './files.js';
import { type MapNode, type Node, textOf } from './node.js';
import { rebase } from './rebase.js';
import { merge, refuseNulls } from './merge.js';
import { expandShortForms } from './short-forms.js';
import { recipeSkeleton } from '../schema/recipe.js';
import type { Origin, Source } from './source.js';
import { nearest } from '../messages/suggest.js';
import { readYaml } from './yaml.js';

/** Reads a source and what it extends, short forms expanded in each by itself, merged. */
export async function readExtended(source: Source, context: ReadContext): Promise<Node | undefined> {
  return readChain(source, context, source.folder, []);
}

async function readChain(
  source: Source,
  context: ReadContext,
  root: string,
  above: readonly string[],
): Promise<Node | undefined> {
  const { findings, files } = context;
  const read = readYaml(source, findings);
  if (!read) {
    if (findings.errors === 0) findings.error('empty', { source, start: 0, end: 1 }, source.name);
    return undefined;
  }
  if (read.kind !== 'map') {
    findings.error('wrong-type.recipe', read.origin);
    return undefined;
  }
  const base = read.entries.get('extends')?.value;
  const stranger = base ? undefined : foreignKey(read);
  if (stranger) {
    findings.error('no-recipe', stranger);
    return undefined;
  }
  const changes = { ...read, entries: new Map([...read.entries].filter(([key]) => key !== 'extends')) };
  const patch = expandShortForms(rebase(changes, source.folder, root, files.paths));
  if (!base) return refuseNulls(patch, findings);
  const at = base.origin;
  const written = textOf(base);
  if (written === undefined) {
    findings.error('wrong-type.extends', at);
    return undefined;
  }
  const file = files.paths.resolve(source.folder, written);
  const chain = [...above, files.paths.resolve(files.cwd, source.name)];
  if (chain.includes(file)) {
    findings.error('extends-cycle', at);
    return undefined;
  }
  const known = context.bases?.get(file, root);
  if (known) return merge(known.root, patch, context);
  const before = findings.count;
  let baseSource: Source;
  try {
    baseSource = files.read(file);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    findings.error('unreadable', at, error);
    return undefined;
  }
  const below = await readChain(baseSource, context, root, chain);
  if (below && findings.count === before) context.bases?.set(file, root, { source: baseSource, root: below });
  return below && merge(below, patch, context);
}

/** Keys of recipes, and of ablations, which are refused elsewhere. */
const KEYS: ReadonlySet<string> = new Set([...Object.keys(recipeSkeleton.properties), 'vary']);
/** Keys that files of many kinds have. */
const COMMON: ReadonlySet<string> = new Set(['name', 'summary']);

/** The first key that no recipe has, where no key is one that only recipes have, or nearly so. */
function foreignKey({ entries }: MapNode): Origin | undefined {
  const others = [...entries.keys()].filter((key) => !COMMON.has(key));
  if (others.some((key) => KEYS.has(key) || nearest(key, [...KEYS]) !== undefined)) return undefined;
  return others[0] === undefined ? undefined : entries.get(others[0])!.key;
}

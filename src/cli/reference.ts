import { UserError } from '../core/errors.js';
import { knownDefinitions } from './known-definitions.js';
import type { Kind, Registry } from '../registry/index.js';
import { suggest } from '../recipe/messages/suggest.js';
import {
  allEntries,
  entriesOf,
  type Entry,
  formatEntry,
  formatList,
  KIND_TEXTS,
  kindOf,
  textWidth,
} from '../reference/index.js';

export type ReferenceFormat = 'text' | 'json';

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const json = (value: unknown): string => JSON.stringify(value, undefined, 2);

/** `gan list [kind]`. */
export async function list(word: string | undefined, format: ReferenceFormat): Promise<void> {
  const registry = await knownDefinitions();
  const entries = word === undefined ? allEntries(registry) : entriesOf(registry, knownKind(word));
  if (format === 'json') print(json(entries.map(({ kind, type, summary }) => ({ kind, type, summary }))));
  else print(formatList(entries, textWidth(process.stdout.columns)));
}

/** `gan describe loss hinge`, or `gan describe hinge` where one kind alone has it. */
export async function describeDefinition(words: readonly string[], format: ReferenceFormat): Promise<void> {
  const entry = findEntry(await knownDefinitions(), words);
  print(format === 'json' ? json(entry) : formatEntry(entry, textWidth(process.stdout.columns)));
}

function findEntry(registry: Registry, [first, second]: readonly string[]): Entry {
  if (first === undefined) {
    const remedy = 'gan describe loss hinge, or gan describe hinge; gan list names all that there is.';
    throw new UserError('Describe what?', { exitCode: 2, remedy });
  }
  if (second === undefined) return findAnywhere(registry, first);
  const kind = knownKind(first);
  const entry = entriesOf(registry, kind).find((each) => isCalled(each, second));
  if (entry) return entry;
  const elsewhere = allEntries(registry).filter((each) => isCalled(each, second));
  if (elsewhere.length > 0) {
    const there = elsewhere.map((each) => `gan describe ${each.kind} ${second}`);
    throw new UserError(`There is no ${kind} "${second}".`, { exitCode: 2, remedy: there.join(', or ') });
  }
  throw unknown(`There is no ${kind} "${second}".`, second, registry.types(kind), KIND_TEXTS[kind].name);
}

/** By its type, or by what a recipe calls it in its role: `batch`. */
const isCalled = ({ type, short }: Entry, name: string): boolean => type === name || short === name;

function findAnywhere(registry: Registry, type: string): Entry {
  const entries = allEntries(registry);
  const [entry, ...others] = entries.filter((each) => isCalled(each, type));
  if (entry && others.length === 0) return entry;
  if (entry) {
    const choices = [entry, ...others].map(({ kind }) => `gan describe ${kind} ${type}`);
    throw new UserError(`"${type}" is several things.`, { exitCode: 2, remedy: choices.join(', or ') });
  }
  const kind = kindOf(type);
  if (kind) {
    const remedy = `gan list ${KIND_TEXTS[kind].name}, or: gan describe ${kind} ${registry.types(kind)[0] ?? ''}`;
    throw new UserError(`Which ${kind}?`, { exitCode: 2, remedy });
  }
  throw unknown(
    `There is no "${type}".`,
    type,
    entries.map((each) => each.type),
    'There are',
  );
}

function knownKind(word: string): Kind {
  const kind = kindOf(word);
  if (kind) return kind;
  const names = [...Object.values(KIND_TEXTS).map(({ name }) => name), 'errors'];
  throw unknown(`"${word}" is no kind of definition.`, word, names, 'Kinds');
}

function unknown(message: string, word: string, choices: readonly string[], heading: string): UserError {
  const remedy = suggest(word, choices, heading.charAt(0).toUpperCase() + heading.slice(1));
  return new UserError(message, { exitCode: 2, ...(remedy === undefined ? {} : { remedy }) });
}

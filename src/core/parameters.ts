import type { Change } from './events.js';

/** Parameters that name a recipe for people and say nothing of what is trained. */
export const NAME_KEYS = ['name', 'summary'];

/**
 * A recipe as `path: value`, the path as `--set` takes it: `networks.G.encoder.0.filters`. Lists of plain values stay
 * one value, as JSON.
 */
export function flatten(value: unknown): Record<string, string> {
  return Object.fromEntries(leaves(value, ''));
}

function* leaves(value: unknown, path: string): Generator<[string, string]> {
  const isList = Array.isArray(value);
  if (!isContainer(value) || (isList && !value.some(isContainer))) {
    yield [path, typeof value === 'string' ? value : JSON.stringify(value)];
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    yield* leaves(item, path === '' ? key : `${path}.${key}`);
  }
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** By path, what is in only one of two sets of parameters, or differs. */
export function differences(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Record<string, Change> {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(
    paths
      .filter((path) => before[path] !== after[path] && !NAME_KEYS.includes(path))
      .map((path) => [
        path,
        {
          ...(path in before ? { before: before[path]! } : {}),
          ...(path in after ? { after: after[path]! } : {}),
        },
      ]),
  );
}

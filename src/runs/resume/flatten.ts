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

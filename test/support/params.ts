import { Default } from 'typebox/value';
import type { Definition } from '../../src/registry/index.js';

/** A definition's own keys from what a recipe wrote, defaults filled in. */
export function paramsOf(
  definition: Definition,
  written: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const keys = Object.keys((definition.params as unknown as { properties: object }).properties);
  const picked = Object.fromEntries(Object.entries(written).filter(([key]) => keys.includes(key)));
  return Default(definition.params, structuredClone(picked)) as Record<string, unknown>;
}

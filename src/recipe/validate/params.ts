import { UserError } from '../../core/errors.js';
import type { Kind, Registry } from '../../registry/index.js';
import { commonKeys } from '../schema/section.js';
import { Validators } from './validators.js';

const RANGES: ReadonlySet<string> = new Set(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']);

/**
 * A definition's own keys out of its section, defaults filled in.
 * @throws UserError where a number is out of range, Error where they are otherwise not as the schema wants them: a
 * recipe's were checked before, so a rewriting wrote these.
 */
export function paramsOf(
  registry: Registry,
  kind: Kind,
  config: { readonly type: string; readonly [key: string]: unknown },
): Readonly<Record<string, unknown>> {
  const definition = registry.get(kind, config.type);
  const filled = copyOf(config) as Record<string, unknown>;
  const check = Validators.of(registry).section(kind, config.type);
  if (check && !check(filled)) {
    const [error] = check.errors ?? [];
    // A family multiplies what a recipe gives it: 65,536 filters are allowed, and twice as many further down are not.
    if (error && RANGES.has(error.keyword)) {
      const key = error.instancePath.split('/').at(-1);
      throw new UserError(`A ${kind} "${config.type}" comes of it whose ${key} ${error.message}.`, {
        exitCode: 2,
      });
    }
    throw new Error(
      `${kind} "${config.type}" is given what it does not take: ${error?.instancePath ?? ''} ${error?.message ?? ''}`,
    );
  }
  const common = commonKeys(kind, definition);
  return Object.fromEntries(Object.entries(filled).filter(([key]) => !common.has(key)));
}

/** What JSON can hold, copied: `structuredClone` takes several times as long, and every layer of a plan comes through here. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) copy[key] = copyOf(inner);
  return copy;
}

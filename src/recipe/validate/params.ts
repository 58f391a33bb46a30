import { UserError } from '../../core/errors.js';
import type { Kind, Registry } from '../../registry/index.js';
import { commonKeys } from '../schema/section.js';
import { Validators } from './validators.js';

type Params = Readonly<Record<string, unknown>>;

/** Earlier results by kind and configuration: the layers of a network and of its variants are mostly alike. */
const results = new WeakMap<Registry, Map<string, Params>>();

const RANGES: ReadonlySet<string> = new Set(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']);

/**
 * A definition's own keys out of its section, defaults filled in.
 * @throws UserError where a number is out of range, Error where they are otherwise not as the schema wants them: a
 * recipe's were checked before, so a rewriting wrote these.
 */
export function paramsOf(registry: Registry, kind: Kind, config: Config): Params {
  let params = results.get(registry);
  if (!params) results.set(registry, (params = new Map<string, Params>()));
  const key = `${kind} ${JSON.stringify(config)}`;
  let found = params.get(key);
  if (!found) params.set(key, (found = filledIn(registry, kind, config)));
  return found;
}

interface Config {
  readonly type: string;
  readonly [key: string]: unknown;
}

function filledIn(registry: Registry, kind: Kind, config: Config): Params {
  const definition = registry.get(kind, config.type);
  const filled = copyOf(config) as Record<string, unknown>;
  const [error] = Validators.of(registry).section(kind, config.type)!.check(filled);
  if (error) {
    // A family multiplies what a recipe gives it: 65,536 filters are allowed, and twice as many further down are not.
    if (RANGES.has(error.keyword)) {
      const key = error.instancePath.split('/').at(-1);
      throw new UserError(`In a ${kind} "${config.type}" that it makes, ${key} ${error.message}.`, {
        exitCode: 2,
      });
    }
    throw new Error(
      `${kind} "${config.type}" is given what it does not take: ${error.instancePath} ${error.message}`,
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

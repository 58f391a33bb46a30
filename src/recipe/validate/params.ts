import type { Kind, Registry } from '../../registry/index.js';
import { commonKeys } from '../schema/section.js';
import { Validators } from './validators.js';

/**
 * A definition's own keys out of its section, defaults filled in.
 * @throws Error where they are not as its schema wants them: a recipe's were checked before, so a rewriting wrote these.
 */
export function paramsOf(
  registry: Registry,
  kind: Kind,
  config: { readonly type: string; readonly [key: string]: unknown },
): Readonly<Record<string, unknown>> {
  const definition = registry.get(kind, config.type);
  const filled = structuredClone(config) as Record<string, unknown>;
  const check = Validators.of(registry).section(kind, config.type);
  if (check && !check(filled)) {
    const [error] = check.errors ?? [];
    throw new Error(
      `${kind} "${config.type}" is given what it does not take: ${error?.instancePath ?? ''} ${error?.message ?? ''}`,
    );
  }
  const common = commonKeys(kind, definition);
  return Object.fromEntries(Object.entries(filled).filter(([key]) => !common.has(key)));
}

import type { Json } from '../../core/json.js';
import type { Kind, Registry } from '../../registry/index.js';
import type { Findings } from '../messages/findings.js';
import { find, isInvalid, locate, locateKey, type Node, type Path, textOf, toJson } from '../read/node.js';
import type { RecipeForm } from '../recipe.js';
import type { Schema } from '../schema/json.js';
import { sectionsOf } from '../read/sections.js';
import { mergeErrors } from './merge-errors.js';
import { explain } from './messages.js';
import { checkedSchema } from './schemas.js';
import { subject } from './subject.js';
import type { Checker } from './checker.js';
import { Validators } from './validators.js';

/** A recipe's JSON with defaults filled in, and which of its parts are not as their schemas want them. */
export interface Validated {
  readonly json: Json;
  /** Nothing wrong was found at, above or below this path. */
  readonly isSound: (path: Path) => boolean;
}

/** Checks the form of everything: the frame, then each section by its `type`. */
export function validate(root: Node, registry: Registry, findings: Findings): Validated {
  const validators = Validators.of(registry);
  const json = toJson(root);
  const broken: string[] = [];
  const report = (checker: Checker, value: unknown, path: Path, holders?: Holders): boolean => {
    const wrong = validatePart(checker, value, path, root, findings, holders);
    broken.push(...wrong.map(pathKey));
    return wrong.length === 0;
  };

  report(validators.skeleton, json, []);
  for (const { path, kind, node } of sectionsOf(root)) {
    if (node.kind !== 'map') continue;
    const type = find(node, ['type']);
    const name = textOf(type);
    const checker = name === undefined ? undefined : validators.section(kind, name);
    const earlier = checker && validators.soundJson(node, checker);
    if (earlier !== undefined) {
      (at(json, path.slice(0, -1)) as Record<string, Json>)[path.at(-1)!] = earlier;
      continue;
    }
    if (checker) {
      const value = at(json, path) as Json;
      if (report(checker, value, path, holdersOf(registry, kind))) validators.keepSound(node, checker, value);
      continue;
    }
    broken.push(pathKey(path));
    const types = registry.types(kind);
    if (isInvalid(type) || (type === undefined && node.isPartial)) continue;
    if (type === undefined) {
      const at = locateKey(root, path) ?? node.origin;
      findings.error('missing-key.type', at, subject(root, path), kind, types);
    } else {
      findings.error(`unknown-${kind}.type`, type.origin, name ?? JSON.stringify(toJson(type)), types);
    }
  }
  return {
    json,
    isSound: (path) => {
      const key = pathKey(path);
      return !broken.some((b) => key.startsWith(b) || b.startsWith(key));
    },
  };
}

/** The value at a path of a recipe whose form is right. */
export type FormAt<P extends readonly string[], T = RecipeForm> = P extends readonly [
  infer Key,
  ...infer Rest extends readonly string[],
]
  ? FormAt<Rest, NonNullable<T>[Key & keyof NonNullable<T>]>
  : T;

/**
 * A part of a recipe, as the schemas that it was validated by describe it: the one place where JSON becomes typed.
 * @returns undefined where something is wrong at, above or below the path, or where there is no value.
 */
export const soundPart = <P extends readonly string[]>(
  { json, isSound }: Validated,
  ...path: P
): FormAt<P> | undefined => (isSound(path) ? (at(json, path) as FormAt<P>) : undefined);

/** Types that have a key. */
type Holders = (key: string) => readonly string[];

const holdersOf =
  (registry: Registry, kind: Kind): Holders =>
  (key) =>
    registry.types(kind).filter((type) => {
      const { properties } = checkedSchema(registry, kind, registry.get(kind, type)) as {
        readonly properties?: Schema;
      };
      return properties !== undefined && Object.hasOwn(properties, key);
    });

/** Checks the form of one part. @returns paths at which something is wrong. */
export function validatePart(
  checker: Checker,
  value: unknown,
  path: Path,
  root: Node,
  findings: Findings,
  holders?: Holders,
): readonly Path[] {
  return mergeErrors(checker.check(value)).map((error) => {
    const finding = explain(error, path, root, holders);
    const at = finding.key
      ? (locateKey(root, finding.path) ?? locate(root, finding.path))
      : locate(root, finding.path);
    const node = find(root, finding.path);
    const isReported =
      isInvalid(node) || (finding.message.code === 'missing-key' && node?.kind === 'map' && node.isPartial);
    if (!isReported) findings.add('error', finding.message, at);
    return finding.path;
  });
}

/** Ends in a separator, so that `G` is no prefix of `G2`. */
const pathKey = (path: Path): string => path.map((step) => `${step}/`).join('');

function at(json: Json, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], json);
}

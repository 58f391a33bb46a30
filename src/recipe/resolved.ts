import type { Json } from './node.js';
import type { Recipe } from './recipe.js';

const WIDTH = 110;
/** Texts that no YAML reader takes for anything else. */
const PLAIN = /^([0-9]+ )?[A-Za-z][A-Za-z0-9_./()-]*( [A-Za-z0-9_./()-]+)*$/;
/** What readers of YAML 1.1 take for a boolean, null, or, some of them, a number (`e1`). */
const WORD = /^(y|n|yes|no|on|off|true|false|null|e[0-9]+)$/i;

/**
 * A recipe as YAML that means the same to readers of YAML 1.1 and 1.2: `resolved.yaml`. Written by hand and not by the
 * `yaml` library, which would leave `2e-4` and `on` as YAML 1.1 misreads them.
 */
export function formatRecipe(recipe: Recipe): string {
  return block(recipe as unknown as Json, '');
}

type JsonMap = Readonly<Record<string, Json>>;

const isMap = (value: Json): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function block(value: Json, indent: string): string {
  const lines = isMap(value)
    ? Object.entries(value).map(
        ([key, item]) => `${indent}${text(key)}:${below(item, indent, WIDTH - key.length)}`,
      )
    : (value as readonly Json[]).map((item) => `${indent}-${below(item, indent, WIDTH - 1)}`);
  return lines.join('');
}

/** A value after its key: on the same line where it fits, else as a block. */
function below(value: Json, indent: string, width: number): string {
  const line = flow(value);
  const deep =
    isMap(value) && Object.values(value).some((item) => isMap(item) && Object.keys(item).length > 0);
  if (typeof value !== 'object' || value === null || line === '{}' || line === '[]') return ` ${line}\n`;
  if (!deep && indent !== '' && indent.length + line.length < width) return ` ${line}\n`;
  return `\n${block(value, `${indent}  `)}`;
}

function flow(value: Json): string {
  if (isMap(value)) {
    const parts = Object.entries(value).map(([key, item]) => `${text(key)}: ${flow(item)}`);
    return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
  }
  if (typeof value === 'object' && value !== null) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'string') return text(value);
  return typeof value === 'number' ? number(value) : String(value);
}

/** Plain where that is safe anywhere, so without commas; else quoted, JSON's quotes being YAML's. */
const text = (value: string): string =>
  PLAIN.test(value) && !WORD.test(value) ? value : JSON.stringify(value);

/** YAML 1.1 knows no float without a point: `2.0e-7`. */
const number = (value: number): string => String(value).replace(/^(-?[0-9]+)e/, '$1.0e');

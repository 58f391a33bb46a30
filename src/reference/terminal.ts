import { paint } from '../core/node/paint.js';
import wrapAnsi from 'wrap-ansi';
import { stringify } from 'yaml';
import type { Entry, KeyEntry } from './entry.js';
import { KIND_TEXTS } from './kinds.js';

/** Longer lines are hard to read, however wide the terminal. */
const MAX_LINE_CHARS = 100;
const MIN_LINE_CHARS = 30;

/** Columns that text is wrapped to. */
export const textWidth = (columns: number | undefined): number =>
  Math.max(MIN_LINE_CHARS, Math.min(MAX_LINE_CHARS, columns ?? MAX_LINE_CHARS));

/** Lines of text no wider than that, each indented. */
export const wrap = (text: string, width: number, indent = 0): string =>
  wrapAnsi(text, Math.max(MIN_LINE_CHARS - 10, width - indent), { hard: true })
    .split('\n')
    .map((line) => ' '.repeat(indent) + line)
    .join('\n');

/** One line, or a few, for each entry, by kind. */
export function formatList(entries: readonly Entry[], width: number): string {
  const kinds = [...new Set(entries.map((entry) => entry.kind))];
  const column = Math.max(...entries.map((entry) => entry.type.length)) + 2;
  return kinds
    .map((kind) => {
      const lines = entries
        .filter((entry) => entry.kind === kind)
        .map(({ type, summary }) => {
          const text = wrap(summary, width, column + 2).slice(type.length + 2);
          return `  ${paint.cyan(type)}${text}`;
        });
      return [paint.bold(KIND_TEXTS[kind].name), ...lines].join('\n');
    })
    .join('\n\n');
}

/** Everything that a definition says of itself. */
export function formatEntry(entry: Entry, width: number): string {
  const { kind, type, short, summary, description, formula, paper, keys, example } = entry;
  const specific = keys.filter((key) => !key.common);
  const common = keys.filter((key) => key.common);
  const { name, place } = KIND_TEXTS[kind];
  const blocks = [
    `${paint.bold(type)}${short === undefined ? '' : ` (${short})`}  ${paint.dim(`${name}, in a recipe: ${place}`)}`,
    wrap(summary, width),
    ...(description === undefined ? [] : [wrap(description, width)]),
    ...(formula === undefined ? [] : [wrap(formula, width, 4)]),
    ...(specific.length === 0 ? [] : [keyBlock('Keys', specific, width)]),
    ...(common.length === 0 ? [] : [keyBlock(`Keys that ${name} share`, common, width)]),
    `${paint.bold('Example')}\n${stringify(example).trimEnd().replace(/^/gm, '  ')}`,
    ...(paper === undefined ? [] : [`${paint.bold('Source')}  ${paper}`]),
  ];
  return blocks.join('\n\n');
}

function keyBlock(title: string, keys: readonly KeyEntry[], width: number): string {
  const lines = keys.map(({ key, value, default: fallback, required, description }) => {
    const otherwise = fallback === undefined ? (required ? 'required' : 'optional') : `default ${fallback}`;
    const head = wrap(`${paint.cyan(key)}  ${value}; ${paint.dim(otherwise)}`, width, 2);
    return description === '' ? head : `${head}\n${wrap(description, width, 6)}`;
  });
  return [paint.bold(title), ...lines].join('\n');
}

import { paint } from '../core/node/paint.js';
import type { Line } from '../recipe/index.js';

/** Comments stand in one column, except behind lines longer than this. */
const MAX_COMMENT_COLUMN = 64;

/** YAML with its comments: coloured on a terminal; plain, and still YAML, where it is piped. */
export function formatExplained(lines: readonly Line[]): string {
  const lengths = lines.filter(({ comment }) => comment !== undefined).map(({ text }) => text.length);
  const column = Math.min(MAX_COMMENT_COLUMN, Math.max(0, ...lengths));
  return lines
    .map(({ text, comment }) => {
      if (comment === undefined) return coloured(text);
      const space = ' '.repeat(Math.max(0, column - text.length));
      return `${coloured(text)}${space}  ${paint.dim(`# ${comment}`)}`;
    })
    .join('\n');
}

/** Keys apart from values, and comments from both. */
function coloured(text: string): string {
  if (/^\s*#/.test(text)) return paint.yellow(text);
  const [, before = '', key = '', rest = ''] = /^(\s*(?:- )?)([^\s:{[]+:)?(.*)$/s.exec(text) ?? [];
  return `${before}${paint.cyan(key)}${rest}`;
}

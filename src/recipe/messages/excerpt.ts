import stringWidth from 'fast-string-width';

/** A longer line is cut around the stretch: a file without line breaks is one line. */
const MAX_LINE_CHARS = 240;
const CONTEXT_CHARS = 80;

/**
 * A line of source and, to stand below it, carets under a stretch of it. Wide characters take two columns, tabs stay
 * tabs in both so that their width does not matter, what would move the cursor is shown as a box.
 * @param column of the stretch, from 1, and its length in UTF-16 units.
 */
export function excerpt(
  source: string,
  column: number,
  length: number,
): { readonly line: string; readonly carets: string } {
  const isLong = source.length > MAX_LINE_CHARS;
  const start = column - 1;
  const end = isLong ? Math.min(start + length, start + CONTEXT_CHARS) : start + length;
  const first = isLong ? Math.max(0, start - CONTEXT_CHARS) : 0;
  const last = isLong ? Math.min(source.length, end + CONTEXT_CHARS) : source.length;
  const before = (first > 0 ? '...' : '') + shown(source.slice(first, start));
  const stretch = shown(source.slice(start, end));
  const after = shown(source.slice(end, last)) + (last < source.length ? '...' : '');
  const indent = before.split('\t').map((part) => ' '.repeat(stringWidth(part)));
  return {
    line: before + stretch + after,
    carets: indent.join('\t') + '^'.repeat(Math.max(1, stringWidth(stretch, { tabWidth: 1 }))),
  };
}

const shown = (text: string): string => text.replace(/[^\P{Cc}\t]|[\u2028\u2029]/gu, '\u25a1');

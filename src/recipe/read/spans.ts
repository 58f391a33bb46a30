import type { Span } from '../../core/call.js';

/** A character that is no space, as a text has it and as it is written. */
interface Written extends Span {
  readonly char: string;
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '/': '/', '\\': '\\' };
/** Digits of `\x41`, `\u0041`, `\U00000041`. */
const HEX: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const isSpace = (char: string): boolean => /\s/.test(char);

/**
 * Where a stretch of a text is in the scalar it was read from: plain, quoted with escapes, over several lines, or a
 * block. Spaces aside, these are the same characters in the same order, so they are counted.
 * @param written the scalar in the YAML text. @returns offsets in `written`; undefined where the two do not agree.
 */
export function writtenSpan(written: string, text: string, { start, end }: Span): Span | undefined {
  const meant = [...charactersOf(text)];
  const found = [...writtenCharacters(written)];
  if (meant.length !== found.length || meant.some(({ char }, i) => char !== found[i]!.char)) return undefined;
  const inside = found.filter((_, i) => meant[i]!.start >= start && meant[i]!.end <= end);
  const [first, last] = [inside[0], inside.at(-1)];
  if (first && last) return { start: first.start, end: last.end };
  // No character is inside: the stretch is where something is missing.
  const next = found.findIndex((_, i) => meant[i]!.start >= start);
  const at = next < 0 ? (found.at(-1)?.end ?? 0) : found[next]!.start;
  return { start: at, end: at + 1 };
}

function* charactersOf(text: string, from = 0): Generator<Written> {
  for (let i = from; i < text.length; i++)
    if (!isSpace(text[i]!)) yield { char: text[i]!, start: i, end: i + 1 };
}

function writtenCharacters(written: string): Iterable<Written> {
  switch (written.charAt(0)) {
    case '"':
      return doubleQuoted(written);
    case "'":
      return singleQuoted(written);
    case '|':
    case '>':
      // The first line of a block is its header.
      return charactersOf(written, written.indexOf('\n') + 1 || written.length);
    default:
      return charactersOf(written);
  }
}

function* singleQuoted(written: string): Generator<Written> {
  for (let i = 1; i < written.length - 1; i++) {
    const char = written[i]!;
    const end = char === "'" && written[i + 1] === "'" ? i + 2 : i + 1;
    if (!isSpace(char)) yield { char, start: i, end };
    i = end - 1;
  }
}

function* doubleQuoted(written: string): Generator<Written> {
  for (let i = 1; i < written.length - 1; i++) {
    const char = written[i]!;
    if (char !== '\\') {
      if (!isSpace(char)) yield { char, start: i, end: i + 1 };
      continue;
    }
    const letter = written[i + 1]!;
    const digits = HEX[letter] ?? 0;
    const end = i + 2 + digits;
    const code = Number.parseInt(written.slice(i + 2, end), 16);
    const meant = digits > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : (ESCAPES[letter] ?? '');
    for (const unit of meant.split('')) if (!isSpace(unit)) yield { char: unit, start: i, end };
    i = end - 1;
  }
}

import { distance } from 'fastest-levenshtein';
import { SYNONYMS } from './synonyms.js';

/** Choices longer than this are cut in messages. */
const SHOWN = 16;

/**
 * The choice that was probably meant: one that others call so (`epochs`, `lambda`); else at most two letters in five, and at most three, are other ones, two that changed
 * places counting as one; else one that the word abbreviates (`lr`), or says more of (`batch_size`).
 */
export function nearest(word: string, choices: readonly string[]): string | undefined {
  const called = choices.find((choice) => SYNONYMS.get(choice)?.includes(word.toLowerCase()));
  if (called !== undefined) return called;
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const choice of choices) {
    const d = lettersApart(word.toLowerCase(), choice.toLowerCase());
    const allowed = Math.min(3, Math.max(1, Math.floor(Math.max(word.length, choice.length) / 2.5)));
    if (d <= allowed && d < bestDistance && d < word.length) [best, bestDistance] = [choice, d];
  }
  return best ?? choices.find((choice) => isInitials(word, choice) || saysMore(word, choice));
}

function lettersApart(a: string, b: string): number {
  let first = 0;
  while (first < a.length && a[first] === b[first]) first++;
  const swapped = `${a.slice(0, first)}${a[first + 1] ?? ''}${a[first] ?? ''}${a.slice(first + 2)}`;
  return a !== b && swapped === b ? 1 : distance(a, b);
}

const words = (text: string): readonly string[] => text.toLowerCase().split(/[_-]/);

const isInitials = (word: string, choice: string): boolean =>
  words(choice).length > 1 &&
  word.toLowerCase() ===
    words(choice)
      .map((each) => each[0])
      .join('');

const saysMore = (word: string, choice: string): boolean =>
  words(word).length > 1 && words(word)[0] === choice.toLowerCase();

/** `Did you mean "hinge"? Losses: bce, lsgan, ...`, as far as there is something to say. */
export function suggest(word: string, choices: readonly string[], heading: string): string | undefined {
  if (choices.length === 0) return undefined;
  const near = nearest(word, choices);
  return `${near === undefined ? '' : `Did you mean "${near}"? `}${heading}: ${cut([...new Set(choices)])}.`;
}

/** As many of them as a message has room for, in the order of their names. */
export function cut(choices: readonly string[]): string {
  return [...choices].sort().slice(0, SHOWN).join(', ') + (choices.length > SHOWN ? ', ...' : '');
}

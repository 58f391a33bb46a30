import { distance } from 'fastest-levenshtein';

/** Choices longer than this are cut in messages. */
const SHOWN = 16;

/** The choice that was probably meant: at most two letters in five, and at most three, are other ones. */
export function nearest(word: string, choices: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const choice of choices) {
    const d = distance(word.toLowerCase(), choice.toLowerCase());
    const allowed = Math.min(3, Math.max(1, Math.floor(Math.max(word.length, choice.length) / 2.5)));
    if (d <= allowed && d < bestDistance && d < word.length) [best, bestDistance] = [choice, d];
  }
  return best;
}

/** `Did you mean "hinge"? Losses: bce, lsgan, ...`, as far as there is something to say. */
export function suggest(word: string, choices: readonly string[], heading: string): string | undefined {
  if (choices.length === 0) return undefined;
  const near = nearest(word, choices);
  const sorted = [...new Set(choices)].sort();
  const shown = sorted.slice(0, SHOWN).join(', ') + (sorted.length > SHOWN ? ', ...' : '');
  return `${near === undefined ? '' : `Did you mean "${near}"? `}${heading}: ${shown}.`;
}

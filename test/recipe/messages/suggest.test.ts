import { expect, test } from 'vitest';
import { cut, nearest, suggest } from '../../../src/recipe/messages/suggest.js';

test.each<[string, string, readonly string[], string | undefined]>([
  ['a letter too many', 'hingee', ['bce', 'hinge'], 'hinge'],
  ['whatever the case', 'AdaM', ['sgd', 'aDAm'], 'aDAm'],
  ['the same but for its case', 'Adam', ['adams', 'adam'], 'adam'],
  ['nothing like it', 'unet', ['patchgan', 'layers'], undefined],
  // Two letters in five may be others, one in any word, and never more than three.
  ['1 of 4', 'abcx', ['abcd'], 'abcd'],
  ['2 of 4', 'abxy', ['abcd'], undefined],
  ['2 of 5', 'abcxy', ['abcde'], 'abcde'],
  ['3 of 7', 'abcdxyz', ['abcdefg'], undefined],
  ['3 of 8', 'abcdexyz', ['abcdefgh'], 'abcdefgh'],
  ['4 of 10', 'abcdefwxyz', ['abcdefghij'], undefined],
  ['of the longer of the two', 'abc', ['abcde'], 'abcde'],
  ['the only letter', 'x', ['y'], undefined],
  ['two letters that changed places count as one', 'abdc', ['abcd'], 'abcd'],
  ['two that changed places and another', 'abdcx', ['abcdy'], undefined],
  ['the nearest, not the first', 'filterz', ['filtezz', 'filters', 'filter'], 'filtezz'],
  ['a nearer one behind', 'filterxs', ['fxlterxx', 'filters'], 'filters'],
  ['initials', 'lr', ['batch', 'learning_rate'], 'learning_rate'],
  ['initials, hyphens', 'SBS', ['side-by-side'], 'side-by-side'],
  ['the initial of one word', 'b', ['batch'], undefined],
  ['a word that says more', 'split_of_val', ['splitting', 'Split'], 'Split'],
  ['a word that begins otherwise', 'the_split', ['split'], undefined],
  ['what others call it, before what is spelt alike', 'Lambda', ['lambd', 'weight'], 'weight'],
])('did you mean: %s (%s)', (_, word, choices, meant) => {
  expect(nearest(word, choices)).toBe(meant);
});

test('choices are listed in alphabetical order, each once, sixteen at most', () => {
  const letters = Array.from('ponmlkjihgfedcba');
  expect(cut(letters)).toBe('a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p');
  expect(cut(['q', ...letters])).toBe('a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ...');
  expect(suggest('l2', ['l1', 'bce', 'l1'], 'Losses')).toBe('Did you mean "l1"? Losses: bce, l1.');
  expect(suggest('unet', ['bce', 'adam'], 'Words')).toBe('Words: adam, bce.');
  expect(suggest('unet', [], 'Words')).toBeUndefined();
});

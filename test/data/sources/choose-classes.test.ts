import { expect, test } from 'vitest';
import { chooseClasses } from '../../../src/data/sources/choose-classes.js';
import { all, makeFolder, numbers, open, saveAll, source } from '../support/fixtures.js';

type Wanted = Parameters<typeof chooseClasses>[2];

function choose(wanted: Wanted, ...classes: readonly string[]) {
  const warnings: string[] = [];
  const examples = classes.map((name, i) => ({ name: `${i}`, files: [], class: name }));
  const chosen = chooseClasses('pairs', 'label', wanted, examples, (text) => warnings.push(text));
  return [chosen, ...warnings];
}

const LETTERS = 'abcdefghijklmnopqrstu'.split('');

test.each<[Wanted, string, unknown]>([
  [undefined, 'c10 c2 c2 c1', [['c1', 'c2', 'c10']]],
  [2, 'b a b', [['a', 'b']]],
  [['b', 'a'], 'a b', [['b', 'a']]],
  [['d', 'b', 'a', 'c'], 'a b', [['d', 'b', 'a', 'c'], 'Source "pairs" has no example of d, c.']],
])('of classes %j, found as %s', (wanted, found, expected) => {
  expect(choose(wanted, ...found.split(' '))).toEqual(expected);
});

test.each<[Wanted, readonly string[], string]>([
  [
    ['b', 'x'],
    ['c', 'b', 'a'],
    'Source "pairs" has examples of a, c, which the field "label" has no class for.',
  ],
  [3, ['a', 'b'], 'has 2 classes (a, b), and the field "label" says 3.'],
  [1, ['a', 'b'], 'has 2 classes (a, b), and the field "label" says 1.'],
  [1, ['a'], 'has one class alone (a)'],
  [
    2,
    LETTERS.slice(0, 20),
    'has 20 classes (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t), and',
  ],
  [2, LETTERS, 'q, r, s, t, and 1 more), and'],
])('of classes %j, found as %j', (wanted, found, message) => {
  expect(() => choose(wanted, ...found)).toThrow(message);
});

test('other folders have no say in the classes unless they are asked for; the class may be the first field', async () => {
  const folder = await makeFolder();
  await saveAll(
    folder,
    ['train/c10/1.png', 1],
    ['train/c2/deep/1.png', 2],
    ['val/c1/1.png', 3],
    ['others/b/1.png', 4],
  );
  const fields = { label: { from: 'class', as: 'class' }, a: { from: 'image', as: 'rgb' } } as const;
  const config = source(folder, { type: 'class-folders', fields });
  const { data, warnings } = await open(config, { maxBadShare: 1 });
  expect(data.sources['pairs']!.classes).toEqual({ label: ['c1', 'c2', 'c10'] });
  // Read, and from memory.
  for (let round = 0; round < 2; round++) {
    const train = await all(data.examples('train'));
    const seen = train.map((batch) => `${numbers(batch)[0]}: ${batch.fields['label']!.data.join()}`);
    expect(seen).toEqual(['2: 0,1,0', '1: 0,0,1']);
  }
  expect(await all(data.examples('others'))).toEqual([]);
  expect(warnings).toEqual([`Skipped: ${folder}/others/b/1.png is of no class of the field label.`]);
  const asked = await open({ ...config, splits: { train: 'train', others: 'others' } });
  expect(Object.values(asked.data.sources)[0]!.classes).toEqual({ label: ['b', 'c2', 'c10'] });
});

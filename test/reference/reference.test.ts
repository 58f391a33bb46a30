import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { allEntries, type Entry, inline } from '../../src/reference/entry.js';
import { referencePages } from '../../src/reference/pages.js';
import { formatEntry, formatList, textWidth } from '../../src/reference/terminal.js';
import { registry } from '../recipe/support.js';

const entries = allEntries(registry);
const FOLDER = 'docs/reference';

test.each(entries.map((entry) => [entry.kind, entry.type, entry] as const))(
  '%s %s explains each of its keys',
  (_kind, _type, entry) => {
    for (const { key, value, description } of entry.keys) {
      // What stands in a list or a map of names is explained with it.
      if (!/\.|\[/.test(key)) expect(`${key}: ${description}`).toMatch(/: [\w`].{3}/);
      expect(`${key}: ${value}`).toMatch(/: \w|: "/);
    }
  },
);

const pages = referencePages(registry);

test('docs/reference has every page, and no other', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(pages).sort());
});

test.each(Object.entries(pages))(
  'docs/reference/%s is what the definitions give: npm run generate',
  async (name, text) => {
    const style = await resolveConfig(`${FOLDER}/`);
    expect(readFileSync(`${FOLDER}/${name}`, 'utf8')).toBe(
      await format(text, { ...style, parser: 'markdown' }),
    );
  },
);

test('the examples on the pages are the definitions’ own', () => {
  const page = readFileSync(`${FOLDER}/losses.md`, 'utf8');
  const examples = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text]) => parse(text!) as unknown);
  expect(examples).toEqual(registry.types('loss').map((type) => registry.get('loss', type).example));
});

describe('in a terminal', () => {
  const plain = (text: string) => text.replace(/\u001b\[\d+m/g, '');
  test.each([40, 80, 100])('no line is wider than %d columns', (width) => {
    for (const entry of entries) {
      const [head = '', ...lines] = plain(formatEntry(entry, width)).split('\n');
      expect(head.length).toBeLessThan(100);
      // Examples are YAML, and stay as they are.
      const text = lines.slice(0, lines.indexOf('Example'));
      expect(text.filter((line) => line.length > width)).toEqual([]);
    }
    const list = plain(formatList(entries, Math.max(width, 60)));
    expect(list.split('\n').filter((line) => line.length > Math.max(width, 60))).toEqual([]);
  });

  test('an entry says what, where, its own keys and those of its kind, and whence', () => {
    const key = { description: '', required: false, common: false };
    const entry: Entry = {
      kind: 'loss',
      type: 'mine',
      short: 'm',
      summary: 'Mine.',
      description: 'More.',
      formula: 'a = b',
      paper: 'arXiv:1',
      keys: [
        { ...key, key: 'a', value: 'a number', default: '1', description: 'What.' },
        { ...key, key: 'b', value: 'a text', required: true },
        { ...key, key: 'weight', value: 'a number', common: true },
      ],
      example: { type: 'mine' },
    };
    expect(plain(formatEntry(entry, 80))).toBe(
      [
        'mine (m)  losses, in a recipe: game.updates.NAME.losses.NAME\n\nMine.\n\nMore.\n\n    a = b',
        'Keys\n  a  a number; default 1\n      What.\n  b  a text; required',
        'Keys that losses share\n  weight  a number; optional',
        'Example\n  type: mine\n\nSource  arXiv:1',
      ].join('\n\n'),
    );
    const list = formatList([{ ...entry, type: 'x' }, entry, { ...entry, kind: 'layer' }], 80);
    expect(plain(list)).toBe('losses\n  x     Mine.\n  mine  Mine.\n\nlayers\n  mine  Mine.');
  });

  test('a narrow, a wide and no terminal', () => {
    expect([textWidth(10), textWidth(80), textWidth(500), textWidth(undefined)]).toEqual([30, 80, 100, 100]);
  });
});

test.each([
  [{}, '{}'],
  [[1, 'two'], '[1, two]'],
  [{ a: 'D(x, y)', b: [] }, "{ a: 'D(x, y)', b: [] }"],
  ['leaky-relu', 'leaky-relu'],
  [{ type: 'leaky-relu', slope: 0.2 }, '{ type: leaky-relu, slope: 0.2 }'],
])('a default is written as YAML on one line: %j', (value, text) => {
  expect(inline(value)).toBe(text);
  expect(parse(text)).toEqual(value);
});

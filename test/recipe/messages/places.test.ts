import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Diagnostic, UserError } from '../../../src/core/errors.js';
import { formatDiagnostic } from '../../../src/recipe/messages/findings.js';
import { excerpt } from '../../../src/recipe/messages/excerpt.js';
import { loadRecipe } from '../../../src/recipe/node.js';
import { TINY_RECIPE } from '../../support/plan.js';
import { registry } from '../support.js';

const folder = mkdtempSync(join(tmpdir(), 'gan-places-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function findings(text: string, file = 'mine.yaml'): Promise<readonly Diagnostic[]> {
  writeFileSync(join(folder, file), text);
  try {
    return (await loadRecipe(file, { registry, cwd: folder })).warnings;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics;
  }
}

/** What is wrong stands between these; they are taken out before the text is read. */
const [OPEN, CLOSE] = ['\u27e6', '\u27e7'];

interface Slip {
  readonly code: string;
  /** The path's block of TINY_RECIPE that the value is put into. */
  readonly put: (value: string) => string;
  /** Parts of the value: the marked one is wrong. */
  readonly parts: readonly string[];
}

const L1 = /l1: \{.*\}/;
const loss = (of: string): string =>
  TINY_RECIPE.replace(
    L1,
    () => `l1:\n          type: l1\n          to: target\n          of: ${of}\n          weight: 1`,
  );
const inFlow = (of: string): string =>
  TINY_RECIPE.replace(L1, () => `l1: { type: l1, "to" : target, weight: 1, of: ${of} }`);

const CALLS: readonly Omit<Slip, 'put'>[] = [
  { code: 'unknown-name', parts: ['G', '(', `${OPEN}sorce${CLOSE}`, ')'] },
  { code: 'unknown-name', parts: ['G', '(', 'G', '(', `${OPEN}nothing${CLOSE}`, ')', ')'] },
  { code: 'unknown-network', parts: ['G', '(', `${OPEN}Gen${CLOSE}`, '(', 'source', ')', ')'] },
  { code: 'bad-call', parts: ['G', '(', 'source', ',', `${OPEN}1${CLOSE}`, ')'] },
  { code: 'bad-call', parts: ['G', `${OPEN}(${CLOSE}`, 'source', ',', 'source'] },
];

/** Ways to write one text; `breaks` says where it may be folded. */
const STYLES: Readonly<Record<string, (parts: readonly string[], pick: () => number) => string | undefined>> =
  {
    plain: (parts) => parts.join(''),
    'plain with spaces': (parts) => parts.join(' '),
    'plain over lines': (parts) => parts.join('\n              '),
    single: (parts) => `'${parts.join('')}'`,
    'single over lines': (parts) => `'${parts.join('\n\n              ')}'`,
    double: (parts) => `"${parts.join('')}"`,
    'double with escapes': (parts, pick) => `"${parts.map((part) => escaped(part, pick)).join('\\t')}"`,
    'double over lines': (parts, pick) =>
      `"${parts.map((part) => escaped(part, pick)).join('\\\n              ')}"`,
    literal: (parts) => `|-\n            ${parts.join('\n            ')}`,
    folded: (parts) => `>2 # how it is read\n            ${parts.join('\n\n            ')}`,
  };

/** Some characters as escapes, the marks left alone. */
function escaped(text: string, pick: () => number): string {
  return Array.from(text)
    .map((char) => {
      const code = char.charCodeAt(0);
      if (char === OPEN || char === CLOSE) return char;
      const hex = code.toString(16);
      return [
        char,
        char,
        `\\x${hex.padStart(2, '0')}`,
        `\\u${hex.padStart(4, '0')}`,
        `\\U${hex.padStart(8, '0')}`,
      ][pick() % 5]!;
    })
    .join('');
}

/** Where the marked stretch is once the marks are out. */
function unmarked(text: string): { text: string; line: number; column: number; marked: string } {
  const before = text.slice(0, text.indexOf(OPEN)).split('\n');
  const marked = text.slice(text.indexOf(OPEN) + 1, text.indexOf(CLOSE));
  return {
    text: text.replace(OPEN, '').replace(CLOSE, ''),
    line: before.length,
    column: before.at(-1)!.length + 1,
    marked,
  };
}

const MAKE: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
  'with a byte order mark': (text) => `\ufeff${text.trimStart()}`,
  'with tabs between': (text) => text.replaceAll(': ', ':\t'),
  'behind wide characters': (text) =>
    text.replaceAll('{ type: l1,', '{ type: l1, # \u5730\u56f3 \ud83d\ude00\n            '),
};

describe('a stretch inside a call is pointed at', () => {
  test.each(Object.keys(STYLES))('where the text is written %s', async (style) => {
    const cases = fc.record({
      slip: fc.constantFrom(...CALLS),
      make: fc.constantFrom(...Object.keys(MAKE)),
      flow: fc.boolean(),
      picks: fc.array(fc.nat(99), { minLength: 40, maxLength: 40 }),
      by: fc.constantFrom('itself', 'extends', 'alias'),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ slip, make, flow, picks, by }) => {
        let i = 0;
        const value = STYLES[style]!(slip.parts, () => picks[i++ % picks.length]!)!;
        const isBlock = /^[|>]/.test(value);
        // A comma ends a plain text in { }.
        const quoted = /^["']/.test(value);
        const put = flow && quoted ? inFlow : loss;
        const anchored =
          by === 'alias' && !isBlock
            ? put(`&call ${value}`).replace(
                'weight: 1',
                'weight: 1\n        again: { type: l1, of: *call, to: target }',
              )
            : put(value);
        const { text, line, column, marked } = unmarked(
          MAKE[make]!(by === 'alias' && put === loss ? anchored : put(value)),
        );
        const file = by === 'extends' ? 'base.yaml' : 'mine.yaml';
        let found = await findings(text, file);
        if (by === 'extends') found = await findings('extends: ./base.yaml\nname: child\n');
        const places = found.map(({ code, place }) => ({ code, ...place }));
        expect(places).toEqual([{ code: slip.code, file, line, column, length: marked.length }]);
      }),
      { numRuns: 25, seed: 5 },
    );
  });
});

describe('a key or a value is pointed at', () => {
  test.each([
    [
      'in a block',
      `optimizer:\n  type: adam\n  learning_rate: 2e-4\n  \u27e6beta_1\u27e7: 0.5`,
      'unknown-key',
    ],
    ['in { }', `optimizer: { type: \u27e6adamm\u27e7, learning_rate: 2e-4 }`, 'unknown-optimizer'],
    ['in quotes', `optimizer: { type: adam, \u27e6"beta_1"\u27e7: 0.5, learning_rate: 2e-4 }`, 'unknown-key'],
    [
      'with escapes',
      `optimizer: { type: \u27e6"\\x61damm"\u27e7, learning_rate: 2e-4 }`,
      'unknown-optimizer',
    ],
    [
      'behind an anchor',
      `optimizer: { type: &kind \u27e6adamm\u27e7, learning_rate: 2e-4 }`,
      'unknown-optimizer',
    ],
    [
      'with an explicit key',
      `optimizer:\n  ? type\n  : \u27e6adamm\u27e7\n  learning_rate: 2e-4`,
      'unknown-optimizer',
    ],
    [
      'in a block of text',
      `optimizer:\n  type: \u27e6|-\u27e7\n    adamm\n  learning_rate: 2e-4`,
      'unknown-optimizer',
    ],
  ])('%s', async (_, optimizer, code) => {
    for (const make of Object.values(MAKE)) {
      const { text, line, column, marked } = unmarked(
        make(TINY_RECIPE.replace(/optimizer: .*/, () => optimizer)),
      );
      const places = (await findings(text)).map((found) => ({ code: found.code, ...found.place }));
      expect(places).toEqual([{ code, file: 'mine.yaml', line, column, length: marked.length }]);
    }
  });
});

describe('the caret stands', () => {
  const below = (line: string, stretch: string): string => {
    const { line: shown, carets } = excerpt(line, line.indexOf(stretch) + 1, stretch.length);
    return `${shown}\n${carets}`;
  };

  test.each([
    ['below plain text', 'a: bcd e', 'bcd', 'a: bcd e\n   ^^^'],
    ['behind tabs', '\ta:\tbcd', 'bcd', '\ta:\tbcd\n\t  \t^^^'],
    ['behind wide characters', '\u5730\u56f3: bcd', 'bcd', '\u5730\u56f3: bcd\n      ^^^'],
    ['below wide characters', 'a: \u5730\u56f3', '\u5730\u56f3', 'a: \u5730\u56f3\n   ^^^^'],
    ['behind an emoji', '\ud83d\ude00 bcd', 'bcd', '\ud83d\ude00 bcd\n   ^^^'],
    ['behind a composed letter', 'e\u0301 bcd', 'bcd', 'e\u0301 bcd\n  ^^^'],
    ['behind what would move the cursor', 'a\u001b[2J bcd', 'bcd', 'a\u25a1[2J bcd\n      ^^^'],
  ])('%s', (_, line, stretch, shown) => {
    expect(below(line, stretch)).toBe(shown);
  });

  test('in a part of a line that is very long', () => {
    const [shown, carets] = below(`${'x'.repeat(5000)} bcd ${'y'.repeat(5000)}`, 'bcd').split('\n') as [
      string,
      string,
    ];
    expect(shown.length).toBeLessThan(200);
    expect(shown.slice(carets.indexOf('^'), carets.length)).toBe('bcd');
    expect(
      formatDiagnostic({
        severity: 'error',
        code: 'x',
        message: 'y',
        place: { file: 'a', line: 1, column: 1, length: 90_000 },
        source: 'z'.repeat(90_000),
      }).length,
    ).toBeLessThan(400);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Call, formatCall } from '../../../src/core/call.js';
import { CallError, parseCall } from '../../../src/recipe/check/parse-call.js';
import { complaints, reference } from '../support.js';

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,6}$/);
const span = { start: 0, end: 0 };
const { call } = fc.letrec<{ call: Call }>((tie) => ({
  call: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    name.map((of): Call => ({ kind: 'name', name: of, span })),
    fc
      .tuple(name, fc.option(name, { nil: undefined }), fc.array(tie('call'), { minLength: 1, maxLength: 3 }))
      .map(([network, part, args]): Call => ({
        kind: 'call',
        network,
        ...(part === undefined ? {} : { part }),
        args,
        span,
      })),
  ),
}));

describe('a call', () => {
  test('is read as it is written, whatever the spaces', () => {
    fc.assert(
      fc.property(call, fc.constantFrom('', ' ', '  \n '), (written, space) => {
        const text = formatCall(written);
        const spaced = text.replaceAll(', ', `${space},${space}`).replaceAll('(', `(${space}`);
        expect(formatCall(parseCall(spaced))).toBe(text);
      }),
    );
  });

  test('is refused in no other way than with a place inside the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[D(), .a1]{0,12}$/)), (text) => {
        try {
          parseCall(text);
        } catch (error) {
          if (!(error instanceof CallError)) throw error;
          expect(error.span.start).toBeGreaterThanOrEqual(0);
          expect(error.span.start).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });

  test.each([
    ['a_1', { kind: 'name', name: 'a_1', span: { start: 0, end: 3 } }],
    [
      ' D ( x ,N.b/c2( y ) ) ',
      {
        kind: 'call',
        network: 'D',
        span: { start: 1, end: 21 },
        args: [
          { kind: 'name', name: 'x', span: { start: 5, end: 6 } },
          {
            kind: 'call',
            network: 'N',
            part: 'b/c2',
            span: { start: 8, end: 19 },
            args: [{ kind: 'name', name: 'y', span: { start: 16, end: 17 } }],
          },
        ],
      },
    ],
  ])('%j is read with the place of each part', (text, call) => {
    expect(parseCall(text)).toEqual(call);
  });

  test('is not nested without end', () => {
    expect(formatCall(parseCall(`${'D('.repeat(50)}a${')'.repeat(50)}`))).toHaveLength(151);
    expect(() => parseCall(`${'D('.repeat(51)}a${')'.repeat(51)}`)).toThrow('nested more than 50 deep');
    expect(() => parseCall(`${'D('.repeat(5000)}a${')'.repeat(5000)}`)).toThrow('nested more than 50 deep');
  });

  test('is pointed into when it is quoted, and when it is folded', async () => {
    expect(await complaints(reference('fake: G(source)', 'fake: "G(sorce)"'))).toMatchInlineSnapshot(`
      "recipes/mine.yaml:46:14 error unknown-name  There is no field or tensor "sorce".
        46 |     fake: "G(sorce)"
           |              ^^^^^
        Did you mean "source"? Fields and tensors: fake, source, target."
    `);
    expect(await complaints(reference('fake: G(source)', 'fake: >\n      G(sorce)'))).toMatchInlineSnapshot(`
      "recipes/mine.yaml:47:9 error unknown-name  There is no field or tensor "sorce".
        47 |       G(sorce)
           |         ^^^^^
        Did you mean "source"? Fields and tensors: fake, source, target."
    `);
  });
});

describe('what is not a call', () => {
  test.each([
    ['an end too early', 'G('],
    ['no comma', 'G(source target)'],
    ['nothing between commas', 'G(source,, target)'],
    ['a number', 'G(source, 2)'],
    ['an operator', 'G(source) * 2'],
    ['a part that is not called', 'G.e1'],
    ['a part without a name', 'G.(source)'],
    ['no argument', 'G()'],
    ['a parenthesis that is not closed', 'G(source'],
    ['a parenthesis too many', 'G(source))'],
    ['nothing but a space', ' '],
    ['too deep', `${'G('.repeat(60)}source${')'.repeat(60)}`],
  ])('%s', async (_, text) => {
    expect(await complaints(reference('fake: G(source)', `fake: "${text}"`))).toMatchSnapshot();
  });
});

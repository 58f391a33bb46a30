import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/core/errors.js';
import { byPlace, eachOnce, Findings, formatDiagnostic } from '../../../src/recipe/messages/findings.js';
import { excerpt } from '../../../src/recipe/messages/excerpt.js';
import { Source } from '../../../src/recipe/read/source.js';

const source = new Source('a.yaml', 'ab: 1\r\n\ncd: two', '/f');
const at = (start: number, end: number) => ({ source, start, end });

test.each([
  // start, end; line, column, length; the line
  [0, 2, 1, 1, 2, 'ab: 1'],
  [4, 5, 1, 5, 1, 'ab: 1'],
  [4, 12, 1, 5, 1, 'ab: 1'],
  [6, 7, 1, 7, 1, 'ab: 1'],
  [7, 8, 2, 1, 1, ''],
  [8, 10, 3, 1, 2, 'cd: two'],
  [12, 99, 3, 5, 3, 'cd: two'],
  [15, 16, 3, 8, 1, 'cd: two'],
])('the stretch from %i to %i is at %i:%i, of %i characters', (start, end, line, column, length, text) => {
  expect(source.place(start, end)).toEqual({
    place: { file: 'a.yaml', line, column, length },
    source: text,
  });
});

describe('findings', () => {
  const wrong = { code: 'x', message: 'Wrong.' };
  const odd = { code: 'y', message: 'Odd.' };

  test('are told once each, errors counted apart from warnings', () => {
    const findings = new Findings();
    findings.add('error', wrong, at(8, 10));
    findings.add('error', wrong, at(8, 10));
    findings.add('error', { ...wrong, remedy: 'Mend it.' }, at(0, 2));
    findings.add('warning', odd, at(12, 15));
    expect([findings.count, findings.errors, findings.reported]).toEqual([3, 2, 3]);
    expect(findings.sorted.map(({ place }) => place!.line)).toEqual([1, 3, 3]);
    const within = (start: number, end: number) => findings.hasErrorWithin(at(start, end));
    // A warning is no error; an error is within what it fills, not within its part.
    expect([within(8, 10), within(7, 11), within(9, 10), within(8, 9), within(12, 15)]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(findings.hasErrorWithin({ ...at(8, 10), source: new Source('b', '', '') })).toBe(false);
  });

  test('take over what is wrong by another’s, not its warnings', () => {
    const [findings, other] = [new Findings(), new Findings()];
    other.add('error', wrong, at(0, 2));
    other.add('warning', odd, at(0, 2));
    findings.adoptErrors(other);
    findings.adoptErrors(other);
    expect(findings.sorted.map(({ code }) => code)).toEqual(['x']);
  });

  test('of a recipe that cannot be used: how many errors, what else was found among them', () => {
    const findings = new Findings();
    findings.add('error', wrong, at(8, 10));
    findings.add('warning', odd, at(0, 2));
    expect(findings.failure('a.yaml')).toMatchObject({ message: 'a.yaml has an error.', exitCode: 2 });
    const more: Diagnostic[] = [
      { severity: 'error', code: 'z', message: 'Too.', ...source.place(4, 5) },
      { severity: 'warning', code: 'w', message: 'Odd, too.' },
    ];
    const failure = findings.failure('a.yaml', more);
    expect(failure.message).toBe('a.yaml has 2 errors.');
    expect(failure.diagnostics.map(({ code }) => code)).toEqual(['y', 'z', 'x', 'w']);
  });

  test('stand in the order of files, lines and columns, then options, then what has no place', () => {
    const of = (file?: string, line = 1, column = 1): Diagnostic => ({
      severity: 'error',
      code: 'x',
      message: `${file} ${line} ${column}`,
      ...(file === undefined ? {} : { place: { file, line, column, length: 1 } }),
    });
    const sorted = [of('a', 2, 9), of('a', 10), of('a', 10, 3), of('b'), of('--data'), of('--set'), of()];
    expect(byPlace(sorted.toReversed())).toEqual(sorted);
    expect(eachOnce([sorted[1]!, sorted[0]!, of('a', 10)])).toEqual([sorted[1], sorted[0]]);
  });

  test('are printed with place, line and remedy, as far as there are some', () => {
    const bare: Diagnostic = { severity: 'warning', code: 'y', message: 'Odd.' };
    const { place, source: line } = source.place(12, 15);
    expect(formatDiagnostic(bare)).toBe('warning y  Odd.');
    expect(formatDiagnostic({ ...bare, place, source: line, remedy: 'Mend it.' })).toBe(
      'a.yaml:3:5 warning y  Odd.\n  3 | cd: two\n    |     ^^^\n  Mend it.',
    );
    expect(formatDiagnostic({ ...bare, place: { ...place, file: '--set' }, source: line })).toBe(
      '--set warning y  Odd.\n   | cd: two\n   |     ^^^',
    );
  });
});

test('a line of more than 240 characters is cut 80 around the stretch', () => {
  const line = (length: number) => 'x'.repeat(100) + 'bcd' + 'y'.repeat(length - 103);
  expect(excerpt(line(240), 101, 3)).toEqual({ line: line(240), carets: `${' '.repeat(100)}^^^` });
  expect(excerpt(line(241), 101, 3)).toEqual({
    line: `...${'x'.repeat(80)}bcd${'y'.repeat(80)}...`,
    carets: `${' '.repeat(83)}^^^`,
  });
  expect(excerpt(line(241), 60, 150).carets).toBe(' '.repeat(59) + '^'.repeat(80));
  expect(excerpt(line(241), 161, 81).line).toBe(`...${line(241).slice(80)}`);
});

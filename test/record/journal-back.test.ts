import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JournalEntry, RunEvent } from '../../src/core/events.js';
import { formatLine, parseLine } from '../../src/record/journal-line.js';
import { readTail } from '../../src/record/journal-tail.js';
import { newestEntry, readJournalBack } from '../../src/record/read-journal-back.js';
import { readJournal } from '../../src/record/read-journal.js';
import { temporaryFolder } from './temp.js';

const run = temporaryFolder();
const file = join(run, 'events.jsonl');
async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of from) found.push(one);
  return found;
}
const note = (step: number, text = 'é'): RunEvent => ({ type: 'message', step, level: 'info', text });
const back = (type: 'resume' | 'rollback', step: number): RunEvent =>
  type === 'resume'
    ? { type, step, recipeFolder: '/', versions: {}, machine: {} }
    : { type, step, from: step, reason: '', count: 1, rate: 1 };

/** By the definition: an entry is void where a later one goes back to before its step. */
const counting = (entries: readonly JournalEntry[]): JournalEntry[] =>
  entries.filter(
    ({ step }, i) =>
      !entries.slice(i + 1).some((later) => ['resume', 'rollback'].includes(later.type) && later.step < step),
  );

const steps = fc.nat({ max: 9 });
const lengths = fc.constantFrom(1, 40_000, 70_000);
const kinds = fc.constantFrom('resume' as const, 'rollback' as const, 'message' as const, 'message' as const);
const event = fc
  .tuple(kinds, steps, lengths)
  .map(([type, step, length]) => (type === 'message' ? note(step, 'é'.repeat(length)) : back(type, step)));
const isNote = (entry: JournalEntry): entry is JournalEntry & { type: 'message' } => entry.type === 'message';
test('forwards, the entries that count come in order; backwards, the same come the last one first', async () => {
  const ends = fc.constantFrom('', '{"torn');
  const property = fc.asyncProperty(fc.array(event, { maxLength: 12 }), ends, async (events, torn) => {
    writeFileSync(file, events.map((one, i) => formatLine(one, i)).join('') + torn);
    const expected = counting(events.map((one, time) => ({ time, ...one })));
    expect(await all(readJournal(file))).toEqual(expected);
    expect(await all(readJournalBack(file))).toEqual(expected.toReversed());
    expect(await newestEntry(file, isNote)).toEqual(expected.findLast(isNote));
  });
  await fc.assert(property, { numRuns: 60 });
  expect(await all(readJournalBack(join(run, 'none')))).toEqual([]);
});

test('a journal is read up to a byte', async () => {
  const lines = [note(1), back('rollback', 0), note(2)].map((one) => formatLine(one, 5));
  writeFileSync(file, lines.join(''));
  const until = async (n: number) => (await all(readJournal(file, { until: n }))).map(({ step }) => step);
  const first = Buffer.byteLength(lines[0]!);
  expect([await until(0), await until(first - 2)]).toEqual([[], []]);
  expect([await until(first), await until(first + 5)]).toEqual([[1], [1]]);
  expect(await until(Buffer.byteLength(lines.join('')))).toEqual([0, 2]);
});

test('the tail: whole lines behind an offset in bytes, each with where it ends; longer than a piece, torn, damaged, none yet', async () => {
  const ends: number[] = [];
  writeFileSync(file, '');
  let size = 0;
  for (const line of [note(1), note(2, 'x'.repeat(600_000)), note(3)].map((one) => formatLine(one, 5))) {
    appendFileSync(file, line);
    ends.push((size += Buffer.byteLength(line)));
  }
  appendFileSync(file, '{"damaged"}\n{"torn');
  const tail = async (offset: number): Promise<string> => {
    const { entries, end } = await readTail(run, offset);
    return [...entries.map(({ entry, end: at }) => `${entry.step} ends at ${at}`), end].join('; ');
  };
  const [a, b, c] = ends;
  expect(await tail(0)).toBe(`1 ends at ${a}; ${a}`);
  expect(await tail(a!)).toBe(`2 ends at ${b}; 3 ends at ${c}; ${size + 12}`);
  for (const offset of [c!, size + 12]) expect(await tail(offset)).toBe(`${size + 12}`);
  expect(await readTail(join(run, 'none'), 7)).toEqual({ entries: [], end: 7 });
});

test('what is not finite is written as a text that MLflow takes', () => {
  const line = formatLine({ type: 'system', step: 1, metrics: { a: NaN, b: -Infinity } }, 5);
  expect(line).toBe('{"time":5,"type":"system","step":1,"metrics":{"a":"NaN","b":"-Infinity"}}\n');
});

test.each([
  ['{"time":1,"step":2}', undefined],
  ['{"time":1,"type":"end"}', undefined],
  ['{"step":2,"type":"end"}', undefined],
  ['null', undefined],
  ['{"time":1,"type":"system","step":2,"metrics":{"a":"odd","b":"-Infinity"}}', { a: NaN, b: -Infinity }],
])('the line %s holds %j', (line, metrics) => {
  expect(parseLine(line)).toEqual(metrics && { time: 1, type: 'system', step: 2, metrics });
});

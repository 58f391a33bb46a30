import fc from 'fast-check';
import { appendFileSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import type { JournalEntry, RunEvent } from '../../src/core/events.js';
import { Journal, type JournalOptions } from '../../src/record/journal.js';
import { readJournal } from '../../src/record/read-journal.js';
import { startChild } from './child.js';
import { temporaryFolder } from './temp.js';

const folder = temporaryFolder();
let files = 0;
const newFile = (): string => join(folder, `events-${++files}.jsonl`);

function open(file: string, options: Partial<JournalOptions> = {}): Journal {
  const journal = new Journal(file, { warn: (text) => expect.fail(text), ...options });
  onTestFinished(() => journal.close());
  return journal;
}

async function entriesOf(file: string, warn?: (text: string) => void): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of readJournal(file, warn && { warn })) entries.push(entry);
  return entries;
}

const note = (step: number, text = 'x'): RunEvent => ({ type: 'message', step, level: 'info', text });
const stepsOf = (entries: readonly JournalEntry[]): number[] => entries.map(({ step }) => step);

describe('appending', () => {
  const key = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,8}(\/[a-z0-9-]{1,8})?$/);
  // JSON writes -0 as 0; no loss minds.
  const value = fc.oneof(
    fc.double({ noDefaultInfinity: false }),
    fc.constantFrom(NaN, Infinity, -Infinity, 0),
  );
  const values = fc.dictionary(
    key,
    value.map((x) => x + 0),
    { noNullPrototype: true },
  );
  const step = fc.nat();
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('NaN', '{"type":"resume"}', 'a\nb\u2028c'),
  );
  const event: fc.Arbitrary<RunEvent> = fc.oneof(
    fc.record({
      type: fc.constant('step' as const),
      step,
      epoch: value.map((x) => x + 0),
      losses: values,
      learningRates: values,
      images: fc.nat(),
      ms: fc.nat(),
      waitMs: fc.nat(),
    }),
    fc.record({ type: fc.constantFrom('evaluation' as const, 'system' as const), step, metrics: values }),
    fc.record({ type: fc.constant('message' as const), step, level: fc.constant('info' as const), text }),
  );

  test('gives back every event as it was, numbers that JSON lacks and all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event), async (events) => {
        const file = newFile();
        const journal = new Journal(file, { warn: (warning) => expect.fail(warning) });
        for (const one of events) journal.append(one, 1_700_000_000_000);
        journal.close();
        expect(await entriesOf(file)).toEqual(events.map((one) => ({ time: 1_700_000_000_000, ...one })));
      }),
      { numRuns: 50 },
    );
  });

  test('reaches the disk within a second, also where the event loop is never free', async () => {
    const [idle, busy] = [newFile(), newFile()];
    open(idle).append(note(1));
    const journal = open(busy);
    journal.append(note(1));
    expect(readFileSync(idle, 'utf8')).toBe('');
    const now = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 1000);
    journal.append(note(2));
    now.mockRestore();
    expect(stepsOf(await entriesOf(busy))).toEqual([1, 2]);
    await expect.poll(async () => stepsOf(await entriesOf(idle))).toEqual([1]);
  });

  test('after the end is a mistake of ours', () => {
    const journal = open(newFile());
    journal.close();
    expect(() => journal.append(note(1))).toThrow(/closed/);
  });
});

describe('opening again', () => {
  test.each([
    ['a torn line', '{"time":2,"type":"mess', [1, 3]],
    ['half a character', Buffer.from('{"time":2,"type":"message","text":"é').subarray(0, -1), [1, 3]],
    ['zeros, as a power cut leaves', '\0\0\0\0', [1, 3]],
    ['a line that lacks only its newline', '{"time":2,"type":"end","step":2,"status":"killed"}', [1, 2, 3]],
    ['a torn line longer than what is read at once', `{"text":"${'y'.repeat(10_000)}`, [1, 3]],
    ['nothing', '', [1, 3]],
  ])('mends %s', async (_what, end, expected) => {
    const file = newFile();
    const first = open(file);
    first.append(note(1));
    first.close();
    appendFileSync(file, end);
    const second = open(file);
    second.append(note(3));
    second.close();
    expect(stepsOf(await entriesOf(file))).toEqual(expected);
    for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) JSON.parse(line);
  });

  test('a journal that cannot be written says why', () => {
    const file = join(folder, 'no-such-folder', 'events.jsonl');
    expect(() => new Journal(file, { warn: () => undefined })).toThrow(UserError);
    expect(() => new Journal(file, { warn: () => undefined })).toThrow(/does not exist \(ENOENT\)/);
  });
});

describe('a full disk', () => {
  /** Takes `room` bytes, then none until it is given more. */
  function disk(room: number) {
    const state = { room };
    const write = (file: number, data: Buffer, offset: number): number => {
      if (state.room === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
      const taken = writeSync(file, data, offset, Math.min(state.room, data.length - offset));
      state.room -= taken;
      return taken;
    };
    return { state, write };
  }

  test('does not stop training, is told of once, and loses nothing', async () => {
    const file = newFile();
    const warnings: string[] = [];
    const { state, write } = disk(100);
    const journal = open(file, { warn: (text) => warnings.push(text), write });
    for (let step = 1; step <= 10; step++) {
      journal.append(note(step));
      expect(journal.flush()).toBe(step === 1);
    }
    expect(warnings).toEqual([expect.stringContaining('the disk is full (ENOSPC)')]);
    state.room = 90; // Not enough either: the next part of the line that was cut.
    expect(journal.flush()).toBe(false);
    state.room = 1e6;
    expect(journal.flush()).toBe(true);
    expect(warnings).toEqual([expect.any(String), expect.stringContaining('no entry was lost')]);
    expect(stepsOf(await entriesOf(file))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('is tried again by itself', async () => {
    const file = newFile();
    const { state, write } = disk(0);
    const journal = open(file, { warn: () => undefined, write });
    journal.append(note(1));
    journal.flush();
    state.room = 1e6;
    await expect.poll(async () => stepsOf(await entriesOf(file))).toEqual([1]);
  });

  test('that stays full to the end costs the last entries, and that is said', () => {
    const warnings: string[] = [];
    const journal = open(newFile(), { warn: (text) => warnings.push(text), ...disk(0) });
    journal.append(note(1));
    journal.close();
    expect(warnings.at(-1)).toMatch(/are lost/);
  });
});

test('a process killed at any moment loses a second at most, and never a line’s wholeness', async () => {
  const file = newFile();
  let known = 0;
  for (let round = 0; round < 24; round++) {
    const child = startChild('append', file, String(known + 1));
    expect(await child.line()).toBe('ready');
    // Once it has written much; then at any moment.
    while (round === 0 && statSync(file).size < 50_000) await sleep(5);
    await sleep(Math.random() * 30);
    await child.kill();
    const steps = stepsOf(await entriesOf(file));
    expect(steps).toEqual(Array.from(steps, (_, i) => i + 1));
    expect(steps.length).toBeGreaterThanOrEqual(known);
    // The next child mends the end that this one tore; what can be read now must still be there then.
    known = steps.length;
  }
  expect(known).toBeGreaterThan(100);
});

describe('reading', () => {
  test('passes over a torn end in silence, and over a damaged line with a warning', async () => {
    const file = newFile();
    const journal = open(file);
    journal.append(note(1));
    journal.flush();
    appendFileSync(file, '{"time":1,"ty#e"\n');
    journal.append(note(2));
    journal.close();
    appendFileSync(file, '{"time"');
    const warnings: string[] = [];
    const entries = await entriesOf(file, (text) => warnings.push(text));
    expect(stepsOf(entries)).toEqual([1, 2]);
    expect(warnings).toEqual([expect.stringMatching(/^Line 2 of .* is damaged/)]);
  });

  test('a journal that is not there says so', async () => {
    await expect(entriesOf(join(folder, 'none.jsonl'))).rejects.toThrow(/cannot be read: it does not exist/);
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import type { JournalEntry } from '../../src/core/events.js';
import { readJournal } from '../../src/record/read-journal.js';
import { flatten } from '../../src/core/parameters.js';
import { gan } from '../support/gan.js';
import { TINY_RECIPE } from '../support/plan.js';

const work = mkdtempSync(join(tmpdir(), 'gan-journal-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', join(work, 'project'), '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    encoding: 'utf8',
  }).trim();

describe('the journal tells all there is to tell of a run', () => {
  let folder: string;
  const entries: JournalEntry[] = [];
  const of = <T extends JournalEntry['type']>(type: T) =>
    entries.filter((entry): entry is Extract<JournalEntry, { type: T }> => entry.type === type);

  beforeAll(async () => {
    mkdirSync(join(work, 'project'));
    writeFileSync(join(work, 'project', 'tiny.yaml'), TINY_RECIPE);
    git('init', '-q', '-b', 'trunk');
    git('add', '.');
    git('commit', '-q', '-m', 'x');
    git('remote', 'add', 'origin', 'https://me:secret@example.org/maps.git');
    expect(await gan(work, 'run', 'project/tiny.yaml')).toMatchObject({ code: 0 });
    folder = join(work, 'runs', 'tiny', readdirSync(join(work, 'runs', 'tiny'))[0]!);
    for await (const entry of readJournal(join(folder, 'events.jsonl'))) entries.push(entry);
  });

  test('who started it from what', () => {
    expect(of('start')).toMatchObject([
      {
        user: userInfo().username,
        source: join(work, 'project', 'tiny.yaml'),
        git: {
          commit: git('rev-parse', 'HEAD'),
          branch: 'trunk',
          repository: 'https://example.org/maps.git',
          modified: false,
        },
      },
    ]);
  });

  test('every parameter of the resolved recipe, under the path that --set takes', () => {
    const [{ params }] = of('params') as [Extract<JournalEntry, { type: 'params' }>];
    expect(params).toEqual(flatten(parse(readFileSync(join(folder, 'resolved.yaml'), 'utf8'))));
    expect(params).toMatchObject({
      'game.updates.G.losses.l1.weight': '100',
      'networks.G.encoder.2.activation': 'relu',
      'game.play': '["D","G"]',
    });
  });

  test('the data and its state', () => {
    expect(of('data')).toMatchObject([
      {
        sources: {
          pairs: { type: 'synthetic-maps', digest: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
        },
      },
    ]);
  });

  test('the machine, at least once', () => {
    const [first] = of('system');
    expect(first!.metrics).toHaveProperty('system/cpu_utilization_percentage');
  });

  test('the end last', () => {
    expect(entries.at(-1)).toMatchObject({ type: 'end', status: 'finished', step: 6 });
  });
});

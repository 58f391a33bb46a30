import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/events.js';
import { JOURNAL_FILE } from '../../../src/record/journal.js';
import { formatLine } from '../../../src/record/journal-line.js';
import { changedPlugins } from '../../../src/runs/train/changed-plugins.js';

const folder = mkdtempSync(join(tmpdir(), 'gan-plugins-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const opened = (type: 'start' | 'resume', step: number, versions: Record<string, string>): RunEvent => ({
  type,
  step,
  recipeFolder: folder,
  versions: { gan: '1', ...versions },
  machine: {},
});

test('a run that goes on says which plugins are others than those it was last trained with', async () => {
  const journal = [
    opened('start', 0, { 'plugin/a.ts': 'sha256:0' }),
    opened('resume', 4, {
      'plugin/a.ts': 'sha256:1',
      'plugin/gone.ts': 'sha256:2',
      'plugin/same.ts': 'sha256:3',
    }),
  ];
  writeFileSync(join(folder, JOURNAL_FILE), journal.map((event, i) => formatLine(event, i)).join(''));
  const now = {
    gan: '2',
    'plugin/a.ts': 'sha256:9',
    'plugin/same.ts': 'sha256:3',
    'plugin/new.ts': 'sha256:4',
  };
  const after = 'What follows may not be what it would have been.';
  expect(await changedPlugins(folder, [opened('resume', 6, now)])).toEqual([
    `The plugin a.ts has changed since the run was last trained. ${after}`,
    `The plugin gone.ts is no longer there, and was when the run was last trained. ${after}`,
    `The plugin new.ts was not there when the run was last trained. ${after}`,
  ]);
  expect(await changedPlugins(join(folder, 'none'), [opened('start', 0, now)])).toEqual([]);
});

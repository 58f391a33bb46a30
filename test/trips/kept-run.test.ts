import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { gan } from '../support/gan.js';

/** A run of 4 steps that version 0.1.0 left, before its files were moved: what is on disks out there. */
const KEPT = fileURLToPath(new URL('kept-run', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'gan-kept-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const folder = join(work, 'runs', 'tiny', 'kept');
cpSync(KEPT, folder, { recursive: true });

async function printed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await gan(work, ...args);
  expect(stderr + stdout).not.toMatch(/damaged|could not|has changed/);
  expect(code).toBe(0);
  return stdout;
}

test('a run of an earlier version is shown, predicted with, resumed and reported', async () => {
  expect(await printed('show', 'tiny/kept')).toMatch(/finished[^]*4[^]*val\/l1[^]*85\.42/);

  const picture = join(folder, 'samples', 'step-4.png');
  await printed('predict', 'tiny/kept', picture, '--size', '16', '--out', 'made');
  expect(existsSync(join(work, 'made', 'step-4.png'))).toBe(true);

  await printed('run', '--resume', 'tiny/kept', '--steps', '6', '--threads', '1');
  const journal = readFileSync(join(folder, 'events.jsonl'), 'utf8');
  expect(journal.startsWith(readFileSync(join(KEPT, 'events.jsonl'), 'utf8'))).toBe(true);
  const added = journal.slice(readFileSync(join(KEPT, 'events.jsonl'), 'utf8').length);
  expect(added).toMatch(
    /"resume","step":4[^]*"step","step":5[^]*"step","step":6[^]*"end","step":6,"status":"finished"/,
  );
  expect(existsSync(join(folder, 'checkpoints', 'step-6', 'state.json'))).toBe(true);

  rmSync(join(folder, 'report.html'));
  await printed('report', 'tiny/kept');
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('val/l1');
});

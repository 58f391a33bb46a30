import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import { findRun, listRuns } from '../../src/record/find-run.js';
import { isLocked } from '../../src/record/lock.js';
import { createRun, openRun, type RunFolder } from '../../src/record/run-folder.js';
import { startChild } from './child.js';
import { temporaryFolder } from './temp.js';

const folder = temporaryFolder();
/** Seconds since 1970: of what is young for the whole of a test. */
const FUTURE = Date.now() / 1000 + 3600;
let count = 0;
const newRuns = (): string => join(folder, `runs-${++count}`);

function create(runs: string, options: { name?: string; id?: string } = {}): Promise<RunFolder> {
  return createRun({ runs, name: 'maps', recipeText: '# mine\n', resolvedYaml: 'name: maps\n', ...options });
}

/** Several runs, given back already. */
async function runsWith(...paths: string[]): Promise<string> {
  const runs = newRuns();
  for (const path of paths) {
    const [name = '', id = ''] = path.split('/');
    (await create(runs, { name, id })).close();
  }
  return runs;
}

describe('making a run', () => {
  test('writes the recipe both ways, locked, under an id that sorts by time', async () => {
    const before = Date.now();
    const run = await create(newRuns());
    expect(run.id).toMatch(/^\d{4}-\d\d-\d\d-\d{6}-[a-z0-9]{4}$/);
    // Of the id, which has whole seconds.
    expect(run.began).toBeGreaterThan(before - 1000);
    expect(run.began).toBeLessThanOrEqual(Date.now());
    expect(readFileSync(join(run.path, 'recipe.yaml'), 'utf8')).toBe('# mine\n');
    expect(readFileSync(join(run.path, 'resolved.yaml'), 'utf8')).toBe('name: maps\n');
    expect(isLocked(run.path)).toBe(true);
    run.close();
    expect(readdirSync(run.path).sort()).toEqual(['recipe.yaml', 'resolved.yaml']);
    run.close();
  });

  test('many at once get folders of their own', async () => {
    const runs = newRuns();
    const made = await Promise.all(Array.from({ length: 12 }, () => create(runs)));
    expect(new Set(made.map(({ path }) => path)).size).toBe(12);
  });

  test('refuses an id that is taken, without touching what is there', async () => {
    const runs = await runsWith('maps/one');
    const [path] = (await listRuns(runs)).map((run) => run.path);
    writeFileSync(join(path!, 'recipe.yaml'), 'precious');
    const again = create(runs, { id: 'one' });
    await expect(again).rejects.toThrow('The run maps/one exists already.');
    expect(readFileSync(join(path!, 'recipe.yaml'), 'utf8')).toBe('precious');
    expect(readdirSync(join(runs, 'maps'))).toEqual(['one']);
  });

  test.each(['../escape', '.hidden', 'a/b', ''])('refuses the name %j', async (name) => {
    await expect(create(newRuns(), { name })).rejects.toThrow(UserError);
  });

  test('says why where the folder cannot be written', async () => {
    const runs = newRuns();
    writeFileSync(runs, 'a file in the way');
    await expect(create(runs)).rejects.toThrow(UserError);
    await expect(create(runs)).rejects.toThrow(/^The run cannot be kept in .*maps/);
  });

  test('killed at any moment, leaves whole runs only, and its rest is cleaned later', async () => {
    const runs = newRuns();
    for (let round = 0; round < 8; round++) {
      const child = startChild('create', runs);
      await child.line();
      // Once it has made one; then at any moment.
      while (round === 0 && (await listRuns(runs)).length === 0) await sleep(5);
      await sleep(Math.random() * 100);
      await child.kill();
    }
    const made = await listRuns(runs);
    expect(made.length).toBeGreaterThan(0);
    for (const { path } of made) {
      expect(readFileSync(join(path, 'resolved.yaml'), 'utf8')).toBe('name: maps\n');
    }
    const rest = join(runs, 'maps', '.new-rest');
    mkdirSync(rest);
    utimesSync(rest, FUTURE, FUTURE);
    (await create(runs)).close();
    // It may be another process's, begun this moment.
    expect(readdirSync(join(runs, 'maps'))).toContain('.new-rest');
    // Files too: a lock that was killed between its making and its first byte is held to be a live one's for a while.
    for (const name of readdirSync(runs, { recursive: true, encoding: 'utf8' })) {
      utimesSync(join(runs, name), 0, 0);
    }
    (await create(runs)).close();
    expect(readdirSync(join(runs, 'maps')).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('finding a run', () => {
  const ids = ['maps/2026-01-02-100000-aaaa', 'faces/2026-01-03-100000-abbb', 'maps/2026-01-04-100000-accc'];

  test.each([
    ['last', 'accc'],
    ['maps/last', 'accc'],
    ['faces/last', 'abbb'],
    ['2026-01-03-100000-abbb', 'abbb'],
    ['maps/2026-01-02-100000-aaaa', 'aaaa'],
    ['2026-01-04', 'accc'],
    ['maps/2026-01-02', 'aaaa'],
  ])('%s', async (which, end) => {
    expect((await findRun(which, await runsWith(...ids))).id).toMatch(new RegExp(`${end}$`));
  });

  test('by its path, from wherever', async () => {
    const runs = await runsWith(ids[1]!);
    const path = join(runs, ids[1]!);
    expect(await findRun(path, '/nowhere')).toMatchObject({ name: 'faces', path });
    expect(await findRun(`${path}/`, '/nowhere')).toMatchObject({ path });
  });

  test('a whole id wins over one that it begins', async () => {
    expect((await findRun('one', await runsWith('maps/one', 'maps/one-more'))).id).toBe('one');
  });

  test('says which runs a beginning may mean', async () => {
    const finding = findRun('2026-01', await runsWith(...ids));
    await expect(finding).rejects.toThrow('"2026-01" may be any of 3 runs.');
    await expect(finding).rejects.toMatchObject({
      exitCode: 2,
      remedy: expect.stringContaining(ids[0]!) as string,
    });
  });

  test('lists the newest where there is no such run', async () => {
    const finding = findRun(
      'nonesuch',
      await runsWith(...Array.from({ length: 12 }, (_, i) => `maps/run-${i}`)),
    );
    await expect(finding).rejects.toThrow(/There is no run "nonesuch" in /);
    await expect(finding).rejects.toMatchObject({
      remedy: expect.stringMatching(/^Runs, newest first: maps\/run-11, .*, and 2 older\.$/) as string,
    });
  });

  test('says how to get one where there is none at all', async () => {
    await expect(findRun('last', newRuns())).rejects.toMatchObject({
      message: expect.stringMatching(/^There is no run in .* yet\.$/) as string,
      remedy: expect.stringContaining('gan run') as string,
    });
  });
});

describe('the lock', () => {
  test('keeps a second process out until the first is gone', async () => {
    const run = await create(newRuns());
    run.close();
    const first = startChild('hold', run.path);
    expect(await first.line()).toBe('held');
    const second = startChild('hold', run.path);
    expect(await second.line()).toBe(`The run ${run.path} is in use by process ${first.process.pid}.`);
    await second.kill();
    await expect(openRun(run.path, '.')).rejects.toThrow(UserError);
    expect(isLocked(run.path)).toBe(true);
    await first.kill();
    expect(isLocked(run.path)).toBe(false);
    (await openRun(run.path, '.')).close();
  });

  test('of a dead process goes to one of those that want it, and to one only', async () => {
    const run = await create(newRuns());
    run.close();
    const dead = startChild('hold', run.path);
    await dead.line();
    await dead.kill();
    const children = Array.from({ length: 4 }, () => startChild('hold', run.path));
    onTestFinished(async () => {
      await Promise.all(children.map((child) => child.kill()));
    });
    const lines = await Promise.all(children.map((child) => child.line()));
    expect(lines.filter((line) => line === 'held')).toHaveLength(1);
  });
});

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { MlflowError } from '../../src/tracking/mlflow/index.js';
import { fetchRun, MlflowStore } from '../../src/sweep/store/index.js';
import { parseManifest } from '../../src/sweep/store/manifest.js';

const root = mkdtempSync(join(tmpdir(), 'gan-kept-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const write = (name: string, files: Readonly<Record<string, string>>): string => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, name, path, '..'), { recursive: true });
    writeFileSync(join(root, name, path), text);
  }
  return join(root, name);
};
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A server's files, what was put there, and a store of a run there. */
const files = new Map<string, string>();
const put: string[] = [];
const artifacts = {
  put: async (_: unknown, path: string, content: Buffer | Readable) => {
    put.push(path.replace('trials/t/', ''));
    files.set(path, (content as Buffer).toString());
  },
  get: async (_: unknown, path: string) => {
    const text = files.get(path);
    if (text === undefined) throw new MlflowError('missing', path);
    return Readable.from([Buffer.from(text)]);
  },
  remove: async (_: unknown, path: string) => void files.delete(path),
};
const client = { artifacts, connection: { uri: 'http://m', timeout: 1 }, close: async () => undefined };
const store = new MlflowStore(client, { info: { run_id: 'r' } } as never);
beforeEach(() => {
  files.clear();
  put.splice(0);
});

test('a run comes back as it was sent, but for what is of no use elsewhere', async () => {
  const useless = { 'tracking/c.json': '{}', lock: '{}', 'samples/.h': 'x', 'samples/a.png.new': 'x' };
  const older = { 'checkpoints/step-2/G': 'old', 'checkpoints/.new-step-16/G': 'half' };
  const kept = { 'recipe.yaml': 'r', 'samples/a.png': 'p', 'checkpoints/step-10/G': 'new' };
  const folder = write('sent', { ...useless, ...older, ...kept, 'events.jsonl': '{"a":1}\n{"torn' });
  await store.push('t', folder);
  const { step, files: sent } = (await store.manifestOf('t'))!;
  expect(step).toBe(10);
  expect(sent.map(({ path }) => path).sort()).toEqual([...Object.keys(kept), 'events.jsonl'].sort());
  expect(sent).toContainEqual({ path: 'events.jsonl', size: 8, sha256: sha256('{"a":1}\n') });
  const there = write('got/t', { 'stale.txt': 'of another machine' });
  expect(await store.pull('t', there)).toBe(true);
  expect(readdirSync(there).sort()).toEqual(['checkpoints', 'events.jsonl', 'recipe.yaml', 'samples']);
  expect(readFileSync(join(there, 'checkpoints/step-10/G'), 'utf8')).toBe('new');
  expect(readdirSync(join(root, 'got'))).toEqual(['t']);
  // Results are fetched without checkpoints.
  expect(await fetchRun(store, join(root, 'results'), { id: 't' })).toBe(true);
  expect(readdirSync(join(root, 'results', 't')).sort()).toEqual(['events.jsonl', 'recipe.yaml', 'samples']);
  expect(await store.pull('nobody', join(root, 'nobody'))).toBe(false);
});

test('what did not change is not sent again, what is not needed goes, and who is behind changes nothing', async () => {
  const ahead = write('ahead', { 'events.jsonl': '1\n', 'recipe.yaml': 'r', 'checkpoints/step-2/G': 'two' });
  await store.push('t', ahead);
  expect(put.splice(0)).toHaveLength(4);
  write('ahead', { 'checkpoints/step-4/G': 'four', 'events.jsonl': '1\n2\n' });
  await store.push('t', ahead);
  // The manifest last, when all that it names is there.
  expect(put.splice(0)).toEqual([sha256('four'), sha256('1\n2\n'), 'manifest.json']);
  expect([...files.keys()]).not.toContain(`trials/t/${sha256('two')}`);
  expect(files.size).toBe(4);
  await store.push('t', write('behind', { 'events.jsonl': '0\n', 'checkpoints/step-3/G': 'three' }));
  expect(put).toEqual([]);
  await store.push('t', write('same', { 'events.jsonl': '3\n', 'checkpoints/step-4/G': 'four' }));
  expect(put).toHaveLength(2);
});

test('what came damaged is refused, and what was here stays; nor is a way out of the folder taken', async () => {
  await store.push('t', write('whole', { 'recipe.yaml': 'right' }));
  for (const damaged of ['wrong', 'rightly']) {
    files.set(`trials/t/${sha256('right')}`, damaged);
    const here = write('here/t', { 'recipe.yaml': 'mine' });
    await expect(store.pull('t', here)).rejects.toThrow('recipe.yaml of t came damaged');
    expect(readFileSync(join(here, 'recipe.yaml'), 'utf8')).toBe('mine');
    expect(readdirSync(join(root, 'here'))).toEqual(['t']);
  }
  const file = { path: 'a/b-1.txt', size: 0, sha256: sha256('') };
  const isOne = (change: object, more: object = {}): boolean => {
    const manifest = { version: 1, step: 0, files: [{ ...file, ...change }], ...more };
    return parseManifest(JSON.stringify(manifest)) !== undefined;
  };
  expect(isOne({})).toBe(true);
  for (const path of ['../x', 'a/../x', '/x', 'a//x', '.x', 'a/', ''])
    expect(isOne({ path }), path).toBe(false);
  for (const wrong of [{ size: -1 }, { sha256: 'x' }]) expect(isOne(wrong)).toBe(false);
  for (const wrong of [{ step: -1 }, { x: 1 }, { version: 2 }]) expect(isOne({}, wrong)).toBe(false);
});

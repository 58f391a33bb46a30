import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { MlflowError } from '../../src/mlflow/index.js';
import { fetchRun, Mirror, MlflowStore, openStore, patiently } from '../../src/sweep/store/index.js';
import { contentsOf, parseManifest } from '../../src/sweep/store/manifest.js';

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

/** A server's files. */
function newStore() {
  const files = new Map<string, string>();
  const log: string[] = [];
  const artifacts = {
    put: async (_: unknown, path: string, content: Buffer | Readable) => {
      log.push(`put ${path}`);
      files.set(path, String(Buffer.isBuffer(content) ? content : Buffer.concat(await content.toArray())));
    },
    get: async (_: unknown, path: string) => {
      const text = files.get(path);
      if (text === undefined) throw new MlflowError('missing', path);
      return Readable.from([Buffer.from(text)]);
    },
    remove: async (_: unknown, path: string) => void files.delete(path),
  };
  const client = { artifacts, connection: { uri: 'http://m', timeout: 1 }, close: async () => undefined };
  return { files, log, artifacts, store: new MlflowStore(client, { info: { run_id: 'r' } } as never) };
}

describe('a run that is kept on a server', () => {
  test('comes back as it was sent, but for what is of no use elsewhere', async () => {
    const { store, files } = newStore();
    const folder = write('sent', {
      'events.jsonl': '{"a":1}\n{"torn',
      'recipe.yaml': 'name: x\n',
      'samples/.hidden': 'x',
      'samples/step-2.png.new': 'half',
      'samples/step-2.png': 'picture',
      'checkpoints/step-2/G.safetensors': 'old',
      'checkpoints/step-10/G.safetensors': 'new',
      'checkpoints/.new-step-16/G.safetensors': 'half',
      'tracking/cursor.json': '{}',
      lock: '{}',
    });
    await store.push('t', folder);
    const kept = ['checkpoints/step-10/G.safetensors', 'events.jsonl', 'recipe.yaml', 'samples/step-2.png'];
    const manifest = await store.manifestOf('t');
    expect([manifest!.step, manifest!.files.map(({ path }) => path).sort()]).toEqual([10, kept]);
    expect(manifest!.files.find(({ path }) => path === 'events.jsonl')).toEqual({
      path: 'events.jsonl',
      size: 8,
      sha256: sha256('{"a":1}\n'),
    });
    expect(files.get(`trials/t/${sha256('picture')}`)).toBe('picture');
    const there = write('got/t', { 'stale.txt': 'of another machine' });
    expect(await store.pull('t', there)).toBe(true);
    const entries = readdirSync(there, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    );
    expect(entries.map(({ name }) => name).sort()).toEqual([
      'G.safetensors',
      'events.jsonl',
      'recipe.yaml',
      'step-2.png',
    ]);
    expect(readFileSync(join(there, 'events.jsonl'), 'utf8')).toBe('{"a":1}\n');
    expect(readdirSync(join(root, 'got'))).toEqual(['t']);
    // Results are fetched without checkpoints.
    expect(await fetchRun(store, join(root, 'results'), { id: 't' })).toBe(true);
    expect(readdirSync(join(root, 'results', 't')).sort()).toEqual([
      'events.jsonl',
      'recipe.yaml',
      'samples',
    ]);
    expect(await store.pull('nobody', join(root, 'nobody'))).toBe(false);
  });

  test('what did not change is not sent again, what is not needed goes, and who is behind changes nothing', async () => {
    const { store, files, log } = newStore();
    const ahead = write('ahead', {
      'events.jsonl': '1\n',
      'recipe.yaml': 'r',
      'checkpoints/step-2/G': 'two',
    });
    await store.push('t', ahead);
    expect(log.splice(0)).toHaveLength(4);
    write('ahead', { 'checkpoints/step-4/G': 'four', 'events.jsonl': '1\n2\n' });
    await store.push('t', ahead);
    // The manifest last, when all that it names is there.
    expect(log.splice(0)).toEqual([
      `put trials/t/${sha256('four')}`,
      `put trials/t/${sha256('1\n2\n')}`,
      'put trials/t/manifest.json',
    ]);
    expect([...files.keys()]).not.toContain(`trials/t/${sha256('two')}`);
    expect(files.size).toBe(4);
    await store.push('t', write('behind', { 'events.jsonl': '0\n', 'checkpoints/step-3/G': 'three' }));
    expect(log).toEqual([]);
    await store.push('t', write('same', { 'events.jsonl': '3\n', 'checkpoints/step-4/G': 'four' }));
    expect(log).toHaveLength(2);
  });

  test('what came damaged is refused, and what was here stays; nor is a way out of the folder taken', async () => {
    const { store, files } = newStore();
    await store.push('t', write('whole', { 'recipe.yaml': 'right' }));
    for (const damaged of ['wrong', 'rightly']) {
      files.set(`trials/t/${sha256('right')}`, damaged);
      const here = write('here/t', { 'recipe.yaml': 'mine' });
      await expect(store.pull('t', here)).rejects.toThrow('recipe.yaml of t came damaged');
      expect(readFileSync(join(here, 'recipe.yaml'), 'utf8')).toBe('mine');
      expect(readdirSync(join(root, 'here'))).toEqual(['t']);
    }
    const file = { path: 'a/b-1.txt', size: 0, sha256: sha256('') };
    const parsed = (change: object, more: object = {}) =>
      parseManifest(JSON.stringify({ version: 1, step: 0, files: [{ ...file, ...change }], ...more }));
    expect(parsed({})).toMatchObject({ step: 0, files: [file] });
    for (const path of ['../x', 'a/../x', '/x', 'a//x', '.x', 'a/', ''])
      expect(parsed({ path })).toBeUndefined();
    expect([
      parsed({ size: -1 }),
      parsed({ sha256: 'x' }),
      parsed({}, { step: -1 }),
      parsed({}, { x: 1 }),
      parseManifest('{'),
    ]).toEqual(Array(5).fill(undefined));
    expect(await contentsOf(write('bare', { 'recipe.yaml': 'r' }))).toMatchObject({
      step: 0,
      contents: [{ path: 'recipe.yaml', size: 1 }],
    });
  });

  test('is read again where somebody wrote meanwhile, or a manifest was half there', async () => {
    const { store, files, artifacts } = newStore();
    await store.push('t', write('read', { 'recipe.yaml': 'r' }));
    const { get } = artifacts;
    const looks = vi.spyOn(artifacts, 'get');
    const gone = (n: number) => {
      let left = n;
      looks.mockClear().mockImplementation((run, path) => {
        if (path.endsWith('json') || left-- <= 0) return get(run, path);
        throw new MlflowError('missing', 'gone');
      });
    };
    gone(4);
    expect(await store.pull('t', join(root, 'again'))).toBe(true);
    gone(5);
    await expect(store.pull('t', join(root, 'again'))).rejects.toThrow('gone');
    looks.mockClear().mockImplementationOnce(async () => Readable.from([Buffer.from('{"ver')]));
    expect(await store.manifestOf('t')).toMatchObject({ step: 0 });
    expect(looks).toHaveBeenCalledTimes(2);
    files.clear();
    expect(await store.manifestOf('t')).toBeUndefined();
    await expect(
      openStore({ name: 's', store: { type: 'mlflow', run: 'r' } }, undefined),
    ).rejects.toMatchObject({ exitCode: 2 });
    expect(await openStore({ name: 's' }, undefined)).toBeUndefined();
  });
});

describe('while it trains', () => {
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 10));
  };

  test('each new checkpoint is sent once, trouble is told once a kind, and at its end all is', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const push = vi.fn(async () => undefined);
    const warnings: string[] = [];
    const folder = write('mirrored', { 'recipe.yaml': 'r' });
    const mirror = new Mirror({ push }, 't', folder, (text) => warnings.push(text));
    const look = async (): Promise<number> => {
      vi.advanceTimersByTime(1000);
      await settle();
      return push.mock.calls.length;
    };
    expect(await look()).toBe(0);
    write('mirrored', { 'checkpoints/step-2/G': 'g' });
    push
      .mockRejectedValueOnce(new MlflowError('server', 'busy.'))
      .mockRejectedValueOnce(new MlflowError('server', 'busy.'));
    expect([await look(), await look(), await look(), await look()]).toEqual([1, 2, 3, 3]);
    expect(warnings).toEqual(['t is not kept: busy. Training goes on.']);
    write('mirrored', { 'checkpoints/step-4/G': 'g' });
    expect(await look()).toBe(4);
    await mirror.finish();
    expect(await look()).toBe(5);
    expect(push).toHaveBeenLastCalledWith('t', folder);
    push.mockRejectedValueOnce(
      Object.assign(new Error('no'), { code: 'ENOENT', syscall: 'open', errno: -2 }),
    );
    await mirror.finish();
  });

  test('what may pass is tried again for two minutes, what may not is not', async () => {
    const now = vi.spyOn(Date, 'now').mockReturnValue(0);
    onTestFinished(() => now.mockRestore());
    const complain = vi.fn();
    const fails = (kind: 'unreachable' | 'missing', at: number) =>
      patiently(async () => {
        now.mockReturnValue(at);
        throw new MlflowError(kind, kind);
      }, complain);
    await expect(fails('missing', 0)).rejects.toThrow('missing');
    await expect(fails('unreachable', 120_001)).rejects.toThrow('unreachable');
    expect(complain).not.toHaveBeenCalled();
    expect(await patiently(async () => 7, complain)).toBe(7);
  });
});

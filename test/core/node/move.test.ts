import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { move } from '../../../src/core/node/move.js';

const work = mkdtempSync(join(tmpdir(), 'gan-move-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
afterEach(() => {
  vi.useRealTimers();
});

/** Renames as a file system does in which somebody has the file open for the first tries. */
function heldFor(tries: number, code: string) {
  return vi.fn(async (from: string, to: string) => {
    if (tries-- > 0) throw Object.assign(new Error(`${code}: rename`), { code, syscall: 'rename' });
    await rename(from, to);
  });
}

test('a file takes the place of another', async () => {
  const [from, to] = [join(work, 'new'), join(work, 'old')];
  writeFileSync(from, 'new');
  writeFileSync(to, 'old');
  await move(from, to);
  expect(readFileSync(to, 'utf8')).toBe('new');
  expect(existsSync(from)).toBe(false);
});

test.each(['EPERM', 'EACCES', 'EBUSY'])('on Windows, %s is waited for', async (code) => {
  const [from, to] = [join(work, 'held'), join(work, code)];
  writeFileSync(from, code);
  const moving = { platform: 'win32' as const, rename: heldFor(3, code) };
  await move(from, to, moving);
  expect(moving.rename).toHaveBeenCalledTimes(4);
  expect(readFileSync(to, 'utf8')).toBe(code);
});

test('but not for ever', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const held = { platform: 'win32' as const, rename: heldFor(Infinity, 'EBUSY') };
  const moved = expect(move('a', 'b', held)).rejects.toThrow('EBUSY: rename');
  await vi.advanceTimersByTimeAsync(20_000);
  await moved;
});

test.each([
  ['linux', 'EACCES'],
  ['win32', 'ENOENT'],
] as const)('on %s, %s is final', async (platform, code) => {
  const moving = { platform, rename: heldFor(1, code) };
  await expect(move('a', 'b', moving)).rejects.toThrow(code);
  expect(moving.rename).toHaveBeenCalledTimes(1);
});

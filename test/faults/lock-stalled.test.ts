import type * as fs from 'node:fs';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { lockFolder } from '../../src/record/lock.js';
import { temporaryFolder } from '../record/temp.js';

/** What others do while this process stalls before it makes a link. */
let meanwhile: (link: string) => void;
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  return {
    ...real,
    linkSync: (from: string, to: string) => {
      meanwhile(to);
      real.linkSync(from, to);
    },
  };
});

const root = temporaryFolder();
mkdirSync(root, { recursive: true });
let folder: string;
let lock: string;
beforeEach(() => {
  meanwhile = () => undefined;
  folder = mkdtempSync(join(root, 'run-'));
  lock = join(folder, 'lock');
});

const holder = (pid: number, process: string): string => JSON.stringify({ pid, host: hostname(), process });
const DEAD = holder(2 ** 22 + 1, 'dead');
const LIVE = holder(process.ppid, 'live');

test('whoever stalls while it makes a lock has none, and takes none away', () => {
  meanwhile = () => writeFileSync(lock, LIVE);
  expect(() => lockFolder(folder)).toThrow(`is in use by process ${process.ppid}.`);
  expect(readFileSync(lock, 'utf8')).toBe(LIVE);
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('whoever stalls while it takes over a dead process’s lock leaves that of who was faster', () => {
  writeFileSync(lock, DEAD);
  meanwhile = () => writeFileSync(lock, LIVE);
  expect(() => lockFolder(folder)).toThrow(`is in use by process ${process.ppid}.`);
  expect(readFileSync(lock, 'utf8')).toBe(LIVE);
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('one that is taking over a lock is not overtaken, unless it is dead itself', () => {
  writeFileSync(lock, DEAD);
  writeFileSync(`${lock}.dead`, LIVE);
  expect(() => lockFolder(folder)).toThrow(`is in use by process ${process.ppid}.`);
  expect(readFileSync(lock, 'utf8')).toBe(DEAD);
  writeFileSync(`${lock}.dead`, holder(2 ** 22 + 1, 'heir'));
  lockFolder(folder);
  expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ pid: process.pid });
  expect(readdirSync(folder)).toEqual(['lock']);
});

test.each(['EPERM', 'ENOTSUP'])('a disk without links (%s) has locks, too', (code) => {
  meanwhile = () => {
    throw Object.assign(new Error(code), { code, syscall: 'link' });
  };
  writeFileSync(lock, DEAD);
  lockFolder(folder);
  expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ pid: process.pid });
  expect(() => lockFolder(folder)).toThrow(`is in use by process ${process.pid}.`);
  expect(readdirSync(folder)).toEqual(['lock']);
});

import type * as fs from 'node:fs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { lockFolder, unlockFolder } from '../../src/record/lock.js';
import { temporaryFolder } from '../record/temp.js';

/** A folder that was made read-only, for root as well. */
let readOnly = false;
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  const refuse = (syscall: string): void => {
    if (readOnly) throw Object.assign(new Error(`EACCES: ${syscall}`), { code: 'EACCES', syscall });
  };
  return {
    ...real,
    rmSync: (...args: Parameters<typeof real.rmSync>) => {
      refuse('rm');
      real.rmSync(...args);
    },
    renameSync: (...args: Parameters<typeof real.renameSync>) => {
      refuse('rename');
      real.renameSync(...args);
    },
  };
});

test('a run in a folder that was made read-only meanwhile ends all the same, and cannot be locked anew', () => {
  const folder = join(temporaryFolder(), 'run');
  mkdirSync(folder);
  lockFolder(folder);
  readOnly = true;
  unlockFolder(folder);
  // As of a process that is gone.
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: 1, host: 'elsewhere', process: 'x' }));
  expect(() => lockFolder(folder)).toThrow(/is in use by process 1 on elsewhere/);
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.pid, host: hostname(), process: 'x' }));
  expect(() => lockFolder(folder)).toThrow(/cannot be locked: permission denied \(EACCES\)\./);
});

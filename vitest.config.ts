import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { kindsOfTests } from './test/kinds.js';

export default defineConfig({
  test: {
    expect: { poll: { timeout: 300_000 } },
    // Training tests fill both cores by themselves; more files at once only make each slower.
    maxWorkers: 2,
    // How fast tests' steps went is nobody's estimate.
    env: { GAN_CACHE_FOLDER: join(tmpdir(), 'gan-test-cache') },
    projects: kindsOfTests().map(({ name, files, limitMs }, i) => ({
      extends: true,
      test: {
        name,
        include: files,
        testTimeout: limitMs,
        hookTimeout: limitMs,
        sequence: { groupOrder: i },
        // What starts nothing leaves nothing behind: modules are loaded once for all of these files.
        isolate: name !== 'fast',
      },
    })),
  },
});

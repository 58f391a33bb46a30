import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // For what hangs, and for nothing else: on a busy machine any process may stand still for a minute. No test sets its
    // own but those whose length is chosen from outside.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 300_000 } },
    // Training tests fill both cores by themselves; more files at once only make each slower.
    maxWorkers: 2,
    // How fast tests' steps went is nobody's estimate.
    env: { GAN_CACHE_FOLDER: join(tmpdir(), 'gan-test-cache') },
  },
});

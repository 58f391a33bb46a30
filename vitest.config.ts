import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Training tests fill both cores by themselves; more files at once only make each slower.
    maxWorkers: 2,
    // How fast tests' steps went is nobody's estimate.
    env: { GAN_CACHE_FOLDER: join(tmpdir(), 'gan-test-cache') },
  },
});

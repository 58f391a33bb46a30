import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Training tests fill both cores by themselves; more files at once only make each slower.
    maxWorkers: 2,
  },
});

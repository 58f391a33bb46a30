import { defineConfig } from 'vitest/config';
import config from '../../vitest.config.ts';

const { projects: _, ...common } = config.test;

export default defineConfig({
  test: {
    ...common,
    include: ['test/**/*.test.ts'],
    // A mutant that hangs is known by the time that its tests took without it.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Every mutant loads tfjs anew otherwise, a second each.
    isolate: false,
  },
});

import type { MetricDefinition } from '../registry/index.js';

/** Every metric a recipe can name; one file each in this folder. */
export const metrics: readonly MetricDefinition[] = [];

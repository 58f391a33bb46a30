import type { ScheduleDefinition } from '../registry/index.js';
import { linearDecay } from './linear-decay.js';

/** Every schedule a recipe can name; one file each in this folder. */
export const schedules: readonly ScheduleDefinition[] = [linearDecay];

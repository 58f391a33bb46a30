import type { ScheduleDefinition } from '../registry/index.js';
import { constant } from './constant.js';
import { cosine } from './cosine.js';
import { linearDecay } from './linear-decay.js';
import { step } from './step.js';
import { warmUp } from './warm-up.js';

/** Every schedule a recipe can name; one file each in this folder. */
export const schedules: readonly ScheduleDefinition[] = [constant, cosine, linearDecay, step, warmUp];

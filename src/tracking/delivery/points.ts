import type { JournalEntry, SampleEvent } from '../../core/events.js';
import { type Metric, safeKey } from '../mlflow/index.js';
import type { Cursor } from './cursor.js';

/** What of an entry is a point of a curve, under the names that stand in MLflow. */
export function pointsOf(entry: JournalEntry, cursor: Cursor): Metric[] {
  switch (entry.type) {
    case 'step': {
      if (entry.step <= cursor.highest.step) return [];
      const { losses, learningRates, epoch, images, ms, waitMs } = entry;
      return points(entry.step, entry.time, {
        ...losses,
        ...withPrefix('learning_rate', learningRates),
        ...(ms > 0 ? { 'speed/images_per_second': (images * 1000) / ms } : {}),
        'speed/step_ms': ms,
        'speed/wait_for_data_ms': waitMs,
        epoch,
      });
    }
    case 'evaluation':
      return entry.step <= cursor.highest.evaluation ? [] : points(entry.step, entry.time, entry.metrics);
    case 'system':
      return points(cursor.systemSamples, entry.time, entry.metrics);
    case 'sample':
      return entry.step <= cursor.highest.sample ? [] : points(entry.step, entry.time, diversities(entry));
    default:
      return [];
  }
}

function points(step: number, timestamp: number, values: Readonly<Record<string, number>>): Metric[] {
  return Object.entries(values).map(([key, value]) => ({ key: safeKey(key), value, timestamp, step }));
}

function withPrefix(prefix: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}/${key}`, value]));
}

function diversities({ diversity = {} }: SampleEvent): Record<string, number> {
  return Object.fromEntries(Object.entries(diversity).map(([name, { made }]) => [`diversity/${name}`, made]));
}

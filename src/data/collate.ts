import { sizeOf } from '../core/shape.js';
import { type Augmentation, windowOf } from './augment.js';
import { channelsOf } from './field.js';
import type { Pixels, Source } from './sources/source.js';
import { writeTensor } from './tensor.js';
import type { Batch } from './types.js';

/** An example as it goes into a batch. */
export interface Row extends Pixels {
  readonly augmentation: Augmentation;
}

/** Crops, mirrors and stacks. @param rows by source, equally many each. */
export function collate(sources: readonly Source[], rows: readonly (readonly Row[])[]): Batch {
  const fields: Record<string, { data: Float32Array; shape: readonly number[] }> = {};
  const names: Record<string, readonly string[]> = {};
  sources.forEach((source, s) => {
    const examples = rows[s]!;
    const { size } = source.config;
    names[source.name] = examples.map((example) => example.name);
    source.fields.forEach((field, f) => {
      const channels = channelsOf(field);
      const shape = field.as === 'class' ? [channels] : [size.height, size.width, channels];
      const data = new Float32Array(examples.length * sizeOf(shape));
      examples.forEach(({ values, augmentation }, i) => {
        const value = values[f]!;
        const out = data.subarray(i * sizeOf(shape), (i + 1) * sizeOf(shape));
        if (typeof value === 'number') out[value] = 1;
        else writeTensor(out, value, windowOf(value, size, augmentation), field);
      });
      fields[field.name] = { data, shape: [examples.length, ...shape] };
    });
  });
  return { fields, names, size: rows[0]?.length ?? 0 };
}

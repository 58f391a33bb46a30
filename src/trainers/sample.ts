import type { Image } from '../core/image.js';
import type { Data } from '../data/types.js';
import type { SampleConfig } from '../recipe/recipe.js';
import { makeOutputs, type OutputSource } from './outputs.js';

/** Pictures to be laid out as a grid: one row per example. */
export interface Samples {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly label: string; readonly images: readonly Image[] }[];
}

/** The same examples at every step: by default each output between what it is made from and its reference. */
export async function makeSamples(source: OutputSource, data: Data, config: SampleConfig): Promise<Samples> {
  const outputs = Object.values(source.plan.outputs);
  const columns = config.show ?? [
    ...new Set(
      outputs.flatMap(({ from, name, reference }) => [
        ...from,
        name,
        ...(reference === undefined ? [] : [reference]),
      ]),
    ),
  ];
  const rows: { label: string; images: Image[] }[] = [];
  for await (const batch of data.examples(config.split, config.count)) {
    const images = await makeOutputs(source, batch, rows.length, columns);
    rows.push({
      label: Object.values(batch.names)[0]?.[0] ?? '',
      images: columns.map((name) => images[name]!),
    });
  }
  return { columns, rows };
}

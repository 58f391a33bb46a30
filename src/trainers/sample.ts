import type { Cell } from '../core/image.js';
import type { Data } from '../data/index.js';
import type { SampleConfig } from '../recipe/index.js';
import { makeOutputs, type OutputSource } from './outputs.js';

/** The cells of a grid of pictures: one row per example. */
export interface Samples {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly label: string; readonly images: readonly Cell[] }[];
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
  // A field looks the same in every draw; what networks make may differ.
  const shown = columns.flatMap((name) =>
    Array.from({ length: source.plan.fields[name] ? 1 : config.draws }, (_, draw) => {
      return { name, draw, title: draw === 0 ? name : `${name} ${draw + 1}` };
    }),
  );
  const rows: { label: string; images: Cell[] }[] = [];
  for await (const batch of data.examples(config.split, config.count)) {
    const draws: Awaited<ReturnType<typeof makeOutputs>>[] = [];
    for (let draw = 0; draw < config.draws; draw++)
      draws.push(await makeOutputs(source, batch, rows.length, columns, draw));
    rows.push({
      label: [...new Set(Object.values(batch.names).map(([name]) => name))].join(', '),
      images: shown.map(({ name, draw }) => draws[draw]![name]!),
    });
  }
  return { columns: shown.map(({ title }) => title), rows };
}

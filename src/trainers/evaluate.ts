import { UserError } from '../core/errors.js';
import type { Image } from '../core/image.js';
import type { Batch, Data } from '../data/index.js';
import type { Plan } from '../plan/index.js';
import type { EvaluateConfig } from '../recipe/index.js';
import { closeAll, type Measure, type MeasureOptions, openMeasures } from './measures.js';
import { makeImages, type OutputSource } from './outputs.js';

/**
 * Measures every output over a whole split, one example a time.
 * @returns by key: `val/l1`, or `val/fake_B/l1` where there are several outputs.
 */
export async function evaluate(
  source: OutputSource,
  data: Data,
  config: Pick<EvaluateConfig, 'split' | 'metrics'>,
  { files, progress }: EvaluateOptions,
): Promise<Record<string, number>> {
  const { plan, context } = source;
  const { palettes } = data;
  const measures = await openMeasures(plan, context.registry, config, { palettes, files });
  try {
    const wanted = [
      ...new Set(
        measures.flatMap(({ output, reference }) => [
          output,
          ...(reference === undefined ? [] : [reference]),
        ]),
      ),
    ];
    const redrawn = [...new Set(measures.filter(({ draws }) => draws > 1).map(({ output }) => output))];
    const mostDraws = Math.max(...measures.map(({ draws }) => draws));
    const total = await data.count(config.split);
    let done = 0;
    for await (const batch of data.examples(config.split)) {
      assertPairs(plan, measures, batch);
      const draws: Record<string, Image>[] = [];
      for (let draw = 0; draw < mostDraws; draw++)
        draws.push(await makeImages(source, batch, done, draw === 0 ? wanted : redrawn, draw));
      for (const measure of measures) {
        const images = draws.slice(0, measure.draws).map((made) => made[measure.output]!);
        await measure.add(
          images,
          measure.reference === undefined ? undefined : draws[0]![measure.reference]!,
        );
      }
      done += 1;
      progress?.(done, total);
    }
    return Object.fromEntries(measures.map((measure) => [measure.key, measure.value()]));
  } finally {
    await closeAll(measures);
  }
}

export interface EvaluateOptions extends Pick<MeasureOptions, 'files'> {
  readonly progress?: (done: number, total: number) => void;
}

/** Checks before training whether a split can be measured. @throws UserError */
export async function checkEvaluation(
  plan: Plan,
  registry: OutputSource['context']['registry'],
  data: Data,
  config: Pick<EvaluateConfig, 'split' | 'metrics'>,
  files: MeasureOptions['files'],
): Promise<void> {
  await data.count(config.split);
  const measures = await openMeasures(plan, registry, config, { palettes: data.palettes, files });
  try {
    if (Object.keys(plan.recipe.data).length > 1)
      for await (const batch of data.examples(config.split, 1)) assertPairs(plan, measures, batch);
  } finally {
    await closeAll(measures);
  }
}

/** A metric of pairs compares examples that belong together: of one source, or from files of the same name. */
function assertPairs(plan: Plan, measures: readonly Measure[], { names }: Batch): void {
  for (const { key, output, reference, isOfPairs } of measures) {
    if (!isOfPairs || reference === undefined) continue;
    const fields = [reference, ...plan.outputs[output]!.from].filter((name) => plan.fields[name]);
    const sources = [...new Set(fields.map((name) => plan.fields[name]!.source))];
    const files = sources.map((source) => names[source]![0]!);
    if (new Set(files.map((file) => file.replace(/\.[^./]+$/, ''))).size < 2) continue;
    throw new UserError(
      `${key} compares pairs, and ${files.join(' and ')} of the sources ${sources.join(' and ')} are none.`,
      {
        exitCode: 2,
        remedy:
          'Give both the same file names in that split, or measure sets: { type: fid, features: FILE.onnx }.',
      },
    );
  }
}

import type { Data } from '../data/types.js';
import type { EvaluateConfig } from '../recipe/recipe.js';
import { makeImages, type OutputSource } from './outputs.js';

/**
 * Holds every output that has a reference against it, over a whole split, one example a time.
 * @returns means by key: `val/l1`, or `val/fake_B/l1` where there are several outputs.
 */
export async function evaluate(
  source: OutputSource,
  data: Data,
  { split, metrics }: Pick<EvaluateConfig, 'split' | 'metrics'>,
  progress?: (done: number, total: number) => void,
): Promise<Record<string, number>> {
  const { plan, context } = source;
  const outputs = Object.values(plan.outputs).filter((output) => output.reference !== undefined);
  const measures = outputs.flatMap(({ name, reference }) =>
    metrics.map(({ type, ...params }) => {
      const palette = data.palettes[reference!];
      const measure = context.registry.get('metric', type).build(params, palette ? { palette } : {});
      return {
        key: outputs.length > 1 ? `${split}/${name}/${type}` : `${split}/${type}`,
        name,
        reference: reference!,
        measure,
      };
    }),
  );
  const wanted = [...new Set(measures.flatMap(({ name, reference }) => [name, reference]))];
  const sums = new Map<string, number>();
  const total = await data.count(split);
  let done = 0;
  for await (const batch of data.examples(split)) {
    const images = await makeImages(source, batch, done, wanted);
    for (const { key, name, reference, measure } of measures) {
      sums.set(key, (sums.get(key) ?? 0) + measure(images[name]!, images[reference]!));
    }
    done += 1;
    progress?.(done, total);
  }
  return Object.fromEntries([...sums].map(([key, sum]) => [key, sum / done]));
}

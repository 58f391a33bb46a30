import type { Image, Palette } from '../core/image.js';
import type { EvaluateConfig } from '../recipe/recipe.js';
import type { Registry } from '../registry/index.js';
import type { OutputPlan, Plan } from '../plan/index.js';

/** A metric of one output, as it is measured over a split. */
export interface Measure {
  /** `val/l1`, or `val/fake_B/l1` where there are several outputs. */
  readonly key: string;
  readonly output: string;
  /** undefined where none is looked at. */
  readonly reference: string | undefined;
  /** It compares an output with the reference of the same example. */
  readonly isOfPairs: boolean;
  /** Outputs of each example that it looks at. */
  readonly draws: number;
  add(draws: readonly Image[], reference: Image | undefined): Promise<void> | void;
  value(): number;
  close?(): Promise<void>;
}

export interface MeasureOptions {
  readonly palettes: Readonly<Record<string, Palette>>;
  /** Absolute path of a file that the recipe names. */
  readonly fileOf: (path: string) => string;
}

/** The metrics of every output that they can be measured on. @throws UserError where one cannot be opened. */
export async function openMeasures(
  { outputs }: Pick<Plan, 'outputs'>,
  registry: Registry,
  { split, metrics }: Pick<EvaluateConfig, 'split' | 'metrics'>,
  options: MeasureOptions,
): Promise<readonly Measure[]> {
  const all = Object.values(outputs);
  const opened: Measure[] = [];
  try {
    for (const { type, ...params } of metrics) {
      const needsReference = registry.get('metric', type).measures !== 'draws';
      const measured = all.filter(({ reference }) => reference !== undefined || !needsReference);
      for (const output of measured) {
        const key = measured.length > 1 ? `${split}/${output.name}/${type}` : `${split}/${type}`;
        opened.push(await openMeasure(key, output, { type, params }, registry, options));
      }
    }
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
  return opened;
}

export async function closeAll(measures: readonly Measure[]): Promise<void> {
  for (const measure of measures) await measure.close?.();
}

async function openMeasure(
  key: string,
  { name: output, reference }: OutputPlan,
  { type, params }: { readonly type: string; readonly params: Readonly<Record<string, unknown>> },
  registry: Registry,
  { palettes, fileOf }: MeasureOptions,
): Promise<Measure> {
  const definition = registry.get('metric', type);
  const palette = reference === undefined ? undefined : palettes[reference];
  const context = { fileOf, ...(palette ? { palette } : {}) };
  const common = { key, output, isOfPairs: definition.measures === 'pairs' };
  switch (definition.measures) {
    case 'sets': {
      const measure = await definition.build(params, context);
      return {
        ...common,
        reference,
        draws: 1,
        add: ([image], real) => measure.add(image!, real!),
        value: () => measure.value(),
        close: () => measure.close(),
      };
    }
    case 'pairs': {
      const measure = definition.build(params, context);
      return { ...common, reference, draws: 1, ...meanOf(([image], real) => measure(image!, real!)) };
    }
    case 'draws': {
      const measure = definition.build(params, context);
      return { ...common, reference: undefined, draws: definition.draws(params), ...meanOf(measure) };
    }
  }
}

function meanOf(
  measure: (draws: readonly Image[], reference: Image | undefined) => number,
): Pick<Measure, 'add' | 'value'> {
  let [sum, count] = [0, 0];
  return {
    add: (draws, reference) => {
      sum += measure(draws, reference);
      count += 1;
    },
    value: () => sum / count,
  };
}

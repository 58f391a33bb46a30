import type { Features } from '../core/features.js';
import type { Image, Palette } from '../core/image.js';
import type { EvaluateConfig } from '../recipe/index.js';
import type { MetricFiles, Registry } from '../registry/index.js';
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
  readonly files: MetricFiles;
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
  const shared = { ...options, files: shareFeatures(options.files) };
  try {
    for (const { type, ...params } of metrics) {
      const needsReference = registry.get('metric', type).measures !== 'draws';
      const measured = all.filter(({ reference }) => reference !== undefined || !needsReference);
      for (const output of measured) {
        const key = measured.length > 1 ? `${split}/${output.name}/${type}` : `${split}/${type}`;
        opened.push(await openMeasure(key, output, { type, params }, registry, shared));
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
  { palettes, files }: MeasureOptions,
): Promise<Measure> {
  const definition = registry.get('metric', type);
  const palette = reference === undefined ? undefined : palettes[reference];
  const context = { ...files, ...(palette ? { palette } : {}) };
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

/** One network for all metrics that name it, through which an image goes once. It is closed with the last of them. */
function shareFeatures(files: MetricFiles): MetricFiles {
  const networks = new Map<string, { readonly features: Promise<Features>; users: number }>();
  return {
    ...files,
    async openFeatures(path, range) {
      const key = JSON.stringify([path, range]);
      const network = networks.get(key) ?? {
        features: remembering(files.openFeatures(path, range)),
        users: 0,
      };
      networks.set(key, network);
      const features = await network.features;
      network.users += 1;
      return {
        of: (image) => features.of(image),
        async close() {
          network.users -= 1;
          if (network.users === 0) await features.close();
        },
      };
    },
  };
}

async function remembering(opening: Promise<Features>): Promise<Features> {
  const features = await opening;
  const known = new WeakMap<Image, Promise<Float32Array>>();
  return {
    of(image) {
      const values = known.get(image) ?? features.of(image);
      known.set(image, values);
      return values;
    },
    close: () => features.close(),
  };
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

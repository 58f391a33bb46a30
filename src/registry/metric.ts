import type { TObject } from 'typebox';
import type { FeatureRange, Features } from '../core/features.js';
import type { Image, Palette } from '../core/image.js';
import type { Definition, ParamsOf } from './definition.js';
import { ofKind } from './kind-mark.js';

/** What metrics read besides images: files that the recipe names. */
export interface MetricFiles {
  /** Absolute path. */
  readonly fileOf: (path: string) => string;
  /**
   * The user's network of features. Metrics of one evaluation that name the same file and range share it, and each image
   * goes through it once.
   * @throws UserError where the file is no network of one image.
   */
  readonly openFeatures: (path: string, range: FeatureRange) => Promise<Features>;
}

export interface MetricContext extends MetricFiles {
  /** Of the reference field, where it has one. */
  readonly palette?: Palette;
}

interface AnyMetric<P extends TObject> extends Definition<P> {
  readonly better: 'lower' | 'higher';
  /** E.g. `0-255`, `dB`, `share of pixels`. */
  readonly unit: string;
  /** `palette`: the reference field must have one, else the metric is an error. */
  readonly needs?: 'palette';
}

/** Held against pairs of images on the 8-bit scale; the mean over a split's pairs is what is reported. */
export interface PairMetric<P extends TObject = TObject> extends AnyMetric<P> {
  readonly measures: 'pairs';
  build(params: ParamsOf<P>, context: MetricContext): (output: Image, reference: Image) => number;
}

/** Held against all outputs of a split and all their references as two sets: who belongs to whom does not count. */
export interface SetMetric<P extends TObject = TObject> extends AnyMetric<P> {
  readonly measures: 'sets';
  /** @throws UserError where what it measures with cannot be opened. */
  build(params: ParamsOf<P>, context: MetricContext): Promise<SetMeasure>;
}

export interface SetMeasure {
  add(output: Image, reference: Image): Promise<void>;
  value(): number;
  close(): Promise<void>;
}

/** Held against several outputs of one example, with no reference; the mean over a split's examples is reported. */
export interface DrawsMetric<P extends TObject = TObject> extends AnyMetric<P> {
  readonly measures: 'draws';
  /** How often each output is made, with other noise each time. */
  draws(params: ParamsOf<P>): number;
  build(params: ParamsOf<P>, context: MetricContext): (draws: readonly Image[]) => number;
}

export type MetricDefinition<P extends TObject = TObject> = PairMetric<P> | SetMetric<P> | DrawsMetric<P>;

/** Declares a metric of pairs. */
export function defineMetric<P extends TObject>(definition: Omit<PairMetric<P>, 'measures'>): PairMetric<P> {
  return ofKind('metric', { measures: 'pairs' as const, ...definition });
}

export function defineSetMetric<P extends TObject>(definition: Omit<SetMetric<P>, 'measures'>): SetMetric<P> {
  return ofKind('metric', { measures: 'sets' as const, ...definition });
}

export function defineDrawsMetric<P extends TObject>(
  definition: Omit<DrawsMetric<P>, 'measures'>,
): DrawsMetric<P> {
  return ofKind('metric', { measures: 'draws' as const, ...definition });
}

import type { TObject } from 'typebox';
import type { Image, Palette } from '../core/image.js';
import type { Definition, ParamsOf } from './definition.js';
import { ofKind } from './kind-mark.js';

export interface MetricContext {
  /** Of the reference field, where it has one. */
  readonly palette?: Palette;
}

/** Held against pairs of images on the 8-bit scale; the mean over a split's pairs is what is reported. */
export interface MetricDefinition<P extends TObject = TObject> extends Definition<P> {
  readonly better: 'lower' | 'higher';
  /** E.g. `0-255`, `dB`, `share of pixels`. */
  readonly unit: string;
  /** `palette`: the reference field must have one, else the metric is an error. */
  readonly needs?: 'palette';
  build(params: ParamsOf<P>, context: MetricContext): (output: Image, reference: Image) => number;
}

export function defineMetric<P extends TObject>(definition: MetricDefinition<P>): MetricDefinition<P> {
  return ofKind('metric', definition);
}

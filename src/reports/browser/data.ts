import type { Chart } from '../charts/curves.js';

/** A chart as a page's script gets it. */
export interface ChartData extends Chart {
  /** Of the figure that shows it. */
  readonly id: string;
  readonly note?: string | undefined;
}

export interface PageData {
  readonly charts: readonly ChartData[];
}

/** The sample of a run at a step. */
export interface StepPicture {
  readonly step: number;
  readonly uri: string;
}

/** HTML by the id of the element that it fills. */
export type Fragments = Readonly<Record<string, string>>;

/** All that a live page shows at one moment. */
export interface Snapshot {
  readonly title: string;
  readonly parts: Fragments;
  /** Figures without their curves. */
  readonly figures: Fragments;
  /** Identifies the set of charts and curves: figures are written again only where it changes. */
  readonly shape: string;
  readonly charts: readonly ChartData[];
}

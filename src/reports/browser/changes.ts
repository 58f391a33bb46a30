import type { Fragments, Snapshot, StepPicture } from './data.js';

/** What a page that showed one snapshot has to write to show the next: HTML by element. */
export function changesBetween(shown: Snapshot | undefined, next: Snapshot): [id: string, html: string][] {
  const differing = (from: Fragments | undefined, to: Fragments): [string, string][] =>
    Object.entries(to).filter(([id, html]) => from?.[id] !== html);
  const parts = differing(shown?.parts, next.parts);
  // Figures hold what the reader has hidden and zoomed into: with the same curves they stay.
  return shown?.shape === next.shape ? parts : [...parts, ...differing(shown?.figures, next.figures)];
}

/** Steps at which any of the runs has a picture, ascending. */
export const stepsOf = (runs: readonly (readonly StepPicture[])[]): number[] =>
  [...new Set(runs.flat().map(({ step }) => step))].sort((a, b) => a - b);

/** The picture of a step, or of the last step before it that has one. */
export const pictureAt = (pictures: readonly StepPicture[], step: number): StepPicture | undefined =>
  pictures.findLast((picture) => picture.step <= step);

import { join } from 'node:path';
import { formatPhases, type PhasePlan } from '../../plan/index.js';
import { replaceFile } from '../../record/index.js';
import { NETWORKS_PICTURE } from '../../reports/run/index.js';

/** Lays what `gan plan` prints and draws into a run's folder. */
export async function writePlanFiles(folder: string, phases: readonly PhasePlan[]): Promise<void> {
  await replaceFile(join(folder, 'plan.txt'), `${formatPhases(phases)}\n`);
  // Fonts are read for it, which nothing else of a run's beginning needs.
  const { drawPhases } = await import('../../plan/drawing/index.js');
  const { outline } = await import('../../core/node/caption.js');
  for (const [file, svg] of drawPhases(phases, join(folder, `${NETWORKS_PICTURE}.svg`), outline))
    await replaceFile(file, svg);
}

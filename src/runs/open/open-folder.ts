import { join, resolve } from 'node:path';
import { UserError } from '../../core/errors.js';
import type { RunEvent } from '../../core/events.js';
import { formatPhases, type PhasePlan } from '../../plan/index.js';
import {
  createRun,
  formatLine,
  isFileError,
  reason,
  replaceFile,
  type RunFolder,
} from '../../record/index.js';
import { NETWORKS_PICTURE } from '../../reports/run/index.js';
import type { LoadedRun } from '../load/load-run.js';
import { RESOLVED_FILE } from '../load/run-recipe.js';
import type { RunRequest } from '../request.js';

/**
 * The run's folder, locked for this process: a new one, or the one that is resumed.
 * @param opening first lines of the journal of a new one.
 */
export async function openFolder(
  { recipe, text, resolvedYaml, resume }: LoadedRun,
  phases: readonly PhasePlan[],
  { runs, as }: Pick<RunRequest, 'runs' | 'as'>,
  opening: readonly RunEvent[],
): Promise<RunFolder> {
  const folder =
    resume?.folder ??
    (await createRun({
      runs: resolve(runs),
      name: recipe.name,
      ...as,
      recipeText: text,
      resolvedYaml,
      journal: opening.map((event) => formatLine(event, Date.now())).join(''),
    }));
  try {
    // The new length of a run that is lengthened holds also when it is resumed again.
    if (resume) await replaceFile(join(folder.path, RESOLVED_FILE), resolvedYaml);
    await writePlan(folder.path, phases);
    return folder;
  } catch (error) {
    folder.close();
    if (!isFileError(error)) throw error;
    throw new UserError(`The run ${folder.path} cannot be written: ${reason(error)}.`, {
      cause: error,
      remedy: 'Nothing of it is lost. Make room, or see that its folder can be written to; then resume it.',
    });
  }
}

/** What `gan plan` prints and draws. */
async function writePlan(folder: string, phases: readonly PhasePlan[]): Promise<void> {
  await replaceFile(join(folder, 'plan.txt'), `${formatPhases(phases)}\n`);
  // Fonts are read for it, which nothing else that opens a run needs.
  const { drawPhases } = await import('../../plan/drawing/index.js');
  const { outline } = await import('../../core/node/caption.js');
  for (const [file, svg] of drawPhases(phases, join(folder, `${NETWORKS_PICTURE}.svg`), outline))
    await replaceFile(file, svg);
}

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { move } from '../../../core/node/move.js';
import { addedFolder, enginesFolder } from '../build.js';
import { openWorkplace, sizeOfFolder } from './workplace.js';

/** Takes an added build away: the one for GPUs, or the other. */
export async function removeTensorflow({
  gpu,
}: {
  readonly gpu: boolean;
}): Promise<{ folder: string; bytes: number }[]> {
  const folder = addedFolder(gpu);
  if (!existsSync(folder)) return [];
  const bytes = await sizeOfFolder(folder);
  // Out of sight at once: half of an engine must not be found.
  const workplace = await openWorkplace(enginesFolder());
  await move(folder, `${workplace}/removed`);
  await rm(workplace, { recursive: true });
  return [{ folder, bytes }];
}

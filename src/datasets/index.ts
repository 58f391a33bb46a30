import type { DatasetDefinition } from '../registry/index.js';
import { classFolders } from './class-folders.js';
import { images } from './images.js';
import { pairedFolders } from './paired-folders.js';
import { sideBySide } from './side-by-side.js';
import { syntheticMaps } from './synthetic-maps.js';

/** Every dataset a recipe can name; one file each in this folder. */
export const datasets: readonly DatasetDefinition[] = [
  classFolders,
  images,
  pairedFolders,
  sideBySide,
  syntheticMaps,
];

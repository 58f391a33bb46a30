import system from 'node:path';
import * as paths from '../paths.js';

/** A path of this system with slashes, as recipes, journals and pages write it. */
export const slashed = (path: string): string => paths.slashed(path, system);

/** A file of this system as a text in a folder names it. @param folder absolute. @param file absolute. */
export const pathBeside = (folder: string, file: string): string => paths.pathBeside(folder, file, system);

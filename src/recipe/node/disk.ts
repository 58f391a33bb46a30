import type * as load from '../load.js';
import { giveCompiler } from '../validate/compiler.js';
import { diskCompiler } from './compiler.js';
import { filesOf } from './files.js';

giveCompiler(diskCompiler);

/** How recipes are loaded, their files being those of the disk. */
export type LoadOptions = Omit<load.LoadOptions, 'files'> & {
  /** Default: where the program was started. */
  readonly cwd?: string;
};

/** The options with the files of the disk. */
export const onDisk = <T extends Pick<LoadOptions, 'cwd'>>({ cwd = process.cwd(), ...options }: T) => ({
  ...options,
  files: filesOf(cwd),
});

import type { Paths } from '../../core/paths.js';
import type { MergeContext } from './merge.js';
import type { Source } from './source.js';

/** The files that recipes are read from: handed in, since a page has no disk. */
export interface Files {
  readonly paths: Paths;
  /** Absolute: relative paths of the command line start here, and messages shorten names of files by it. */
  readonly cwd: string;
  /** @param file absolute. @throws UserError where it is missing, too large or not UTF-8. */
  read(file: string): Source;
}

/** What reading needs to know, and where it reports what it found. */
export interface ReadContext extends MergeContext {
  readonly files: Files;
}

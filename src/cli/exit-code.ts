/** Of the process: 0 fine, 1 the run failed, 2 the recipe or the command line is wrong, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

import { paint } from '../core/node/paint.js';
import { UserError } from '../core/errors.js';
import { formatDiagnostic } from '../recipe/messages/findings.js';

/** Prints what went wrong: a user's mistake with its remedy, a bug of ours with its stack. @returns the exit code. */
export function printError(error: unknown): 1 | 2 {
  if (!(error instanceof UserError)) {
    console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    console.error(paint.dim('This is a bug of gan itself; please report it with the lines above.'));
    return 1;
  }
  for (const diagnostic of error.diagnostics) console.error(`${formatDiagnostic(diagnostic)}\n`);
  console.error(`${paint.red('error')} ${error.message}`);
  if (error.remedy !== undefined) console.error(`  ${error.remedy}`);
  return error.exitCode;
}

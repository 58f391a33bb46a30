import { paint } from '../../core/node/paint.js';
import { formatDiagnostic } from '../../recipe/messages/findings.js';
import { allFindings, type Checked, isWrong } from './check-recipe.js';

/** For people: sound files on stdout, what is wrong with the others on stderr. */
export function printText(results: readonly Checked[]): void {
  const findings = allFindings(results);
  for (const finding of findings) {
    const print = finding.severity === 'error' ? console.error : console.log;
    print(`${formatDiagnostic(finding)}\n`);
  }
  for (const result of results) if (!isWrong(result)) console.log(`${paint.green('ok')} ${result.file}`);
  const wrong = results.filter(isWrong).map((result) => result.file);
  if (wrong.length === 0) return;
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const subject =
    wrong.length === 1 ? `${wrong.join('')} has` : `${wrong.length} of ${results.length} files have`;
  const listed = wrong.length === 1 ? '' : `: ${wrong.join(', ')}`;
  console.error(
    `${paint.red('error')} ${subject} ${errors === 1 ? 'an error' : `${errors} errors`}${listed}.`,
  );
}

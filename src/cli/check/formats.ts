import type { Diagnostic } from '../../core/errors.js';
import type { Format } from './format.js';
import { allFindings, type Checked, isWrong } from './check-recipe.js';
import { formatSarif } from './sarif.js';

/** What machines read: everything in one text. */
export const MACHINE_FORMATS: Readonly<
  Record<Exclude<Format, 'text'>, (results: readonly Checked[]) => string>
> = {
  json: formatJson,
  github: formatGithub,
  sarif: (results) => formatSarif(allFindings(results)),
};

/** One object: every file with its findings. */
function formatJson(results: readonly Checked[]): string {
  const count = (severity: Diagnostic['severity']): number =>
    allFindings(results).filter((finding) => finding.severity === severity).length;
  const files = results.map((result) => ({
    file: result.file,
    ok: !isWrong(result),
    findings: result.findings,
  }));
  return `${JSON.stringify({ files, errors: count('error'), warnings: count('warning') }, undefined, 2)}\n`;
}

/**
 * Workflow commands, which GitHub Actions shows beside the lines of a pull request.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
function formatGithub(results: readonly Checked[]): string {
  return allFindings(results)
    .map((finding) => `${workflowCommand(finding)}\n`)
    .join('');
}

function workflowCommand({ severity, code, message, remedy, place }: Diagnostic): string {
  const properties = {
    ...(place && {
      file: place.file.replaceAll('\\', '/'),
      line: place.line,
      endLine: place.line,
      col: place.column,
      endColumn: place.column + (place.length ?? 1),
    }),
    title: code,
  };
  const listed = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  const text = remedy === undefined ? message : `${message}\n${remedy}`;
  return `::${severity} ${listed.join(',')}::${escapeData(text)}`;
}

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Log, ReportingDescriptor, Result } from 'sarif';
import type { Diagnostic } from '../../core/errors.js';
import { packageVersion } from '../../core/node/package.js';
import { CODES } from '../../recipe/messages/codes/index.js';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** SARIF 2.1.0, which code-scanning services read. Columns count UTF-16 units, as everywhere here. */
export function formatSarif(findings: readonly Diagnostic[]): string {
  const codes = [...new Set(findings.map((finding) => finding.code))].sort();
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'gan', version: packageVersion(), rules: codes.map(rule) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, codes.indexOf(finding.code))),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

/** What a code stands for, which services show beside each finding. */
function rule(id: string): ReportingDescriptor {
  const code = Object.hasOwn(CODES, id) ? CODES[id] : undefined;
  if (!code) return { id };
  return { id, shortDescription: { text: code.meaning }, help: { text: code.remedy } };
}

function result({ severity, code, message, remedy, place, source }: Diagnostic, ruleIndex: number): Result {
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: remedy === undefined ? message : `${message} ${remedy}` },
    ...(place && {
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(place.file) },
            region: {
              startLine: place.line,
              startColumn: place.column,
              endColumn: place.column + (place.length ?? 1),
              ...(source === undefined ? {} : { snippet: { text: source } }),
            },
          },
        },
      ],
    }),
  };
}

/** A relative path stays one: services find it from the repository's root. */
function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.split(/[\\/]/).map(encodeURIComponent).join('/');
}

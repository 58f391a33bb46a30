import { type Diagnostic, UserError } from '../../core/errors.js';
import { excerpt } from './excerpt.js';
import type { Origin } from '../read/source.js';
import { type Facts, type Message, type MessageId, say } from './codes/index.js';

/** Gathers findings, so that all are reported at once. */
export class Findings {
  private readonly found = new Map<string, Diagnostic>();
  /** Of errors. */
  private readonly origins: Origin[] = [];
  /** How often an error was reported: also those that parts of the recipe, or phases, have in common. */
  reported = 0;

  error<Id extends MessageId>(id: Id, at: Origin, ...facts: Facts<Id>): void {
    this.add('error', say(id, ...facts), at);
  }

  warning<Id extends MessageId>(id: Id, at: Origin, ...facts: Facts<Id>): void {
    this.add('warning', say(id, ...facts), at);
  }

  /** Takes over what is wrong by another's findings, each once; warnings not. */
  adoptErrors(other: Findings): void {
    for (const [key, diagnostic] of other.found) {
      if (diagnostic.severity === 'error' && !this.found.has(key)) this.found.set(key, diagnostic);
    }
  }

  /** Of all severities. */
  get count(): number {
    return this.found.size;
  }

  get errors(): number {
    return [...this.found.values()].filter((d) => d.severity === 'error').length;
  }

  /** Sorted by place: files in alphabetical order, options of the command line last. */
  get sorted(): readonly Diagnostic[] {
    return byPlace([...this.found.values()]);
  }

  /** Whether something is wrong within a stretch of text. */
  hasErrorWithin({ source, start, end }: Origin): boolean {
    return this.origins.some((at) => at.source === source && at.start >= start && at.end <= end);
  }

  /** The error of a recipe that cannot be used; `name` is its file. @param more that was found otherwise. */
  failure(name: string, more: readonly Diagnostic[] = []): UserError {
    const errors = this.errors + more.filter(({ severity }) => severity === 'error').length;
    const what = errors === 1 ? 'an error' : `${errors} errors`;
    const diagnostics = byPlace([...this.found.values(), ...more]);
    return new UserError(`${name} has ${what}.`, { exitCode: 2, diagnostics });
  }

  /** What is in words already. */
  add(severity: Diagnostic['severity'], message: Message, at: Origin): void {
    if (severity === 'error') this.reported++;
    const place = at.source.place(at.start, at.end);
    // What several updates inherit from one place is wrong once.
    const key = JSON.stringify([message.code, message.message, place]);
    if (this.found.has(key)) return;
    if (severity === 'error') this.origins.push(at);
    this.found.set(key, { severity, ...message, ...place });
  }
}

/** Files in alphabetical order, options of the command line last, what has no place behind them. */
export const byPlace = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  [...diagnostics].sort(comparePlaces);

/** Findings that several recipes or trials have in common, each once. */
export const eachOnce = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => [
  ...new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values(),
];

const isOption = (file: string): boolean => file.startsWith('--');

function comparePlaces(a: Diagnostic, b: Diagnostic): number {
  if (!a.place || !b.place) return Number(!a.place) - Number(!b.place);
  const options = Number(isOption(a.place.file)) - Number(isOption(b.place.file));
  if (options !== 0) return options;
  if (a.place.file !== b.place.file) return a.place.file < b.place.file ? -1 : 1;
  return a.place.line - b.place.line || a.place.column - b.place.column;
}

/**
 * As a compiler prints it:
 * ```
 * recipes/mine.yaml:31:17 error unknown-loss  There is no loss "hingee".
 *   31 |           type: hingee
 *      |                 ^^^^^^
 *   Did you mean "hinge"? Losses: bce, hinge, lsgan.
 * ```
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { place, source, severity, code, message, remedy } = diagnostic;
  const lines = [`${place ? `${formatPlace(place)} ` : ''}${severity} ${code}  ${message}`];
  if (place && source !== undefined) {
    const number = isOption(place.file) ? '' : String(place.line);
    const { line, carets } = excerpt(source, place.column, place.length ?? 1);
    lines.push(`  ${number} | ${line}`, `  ${' '.repeat(number.length)} | ${carets}`);
  }
  if (remedy !== undefined) lines.push(`  ${remedy}`);
  return lines.join('\n');
}

function formatPlace(place: NonNullable<Diagnostic['place']>): string {
  return isOption(place.file) ? place.file : `${place.file}:${place.line}:${place.column}`;
}

/** All of them, a blank line between. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(formatDiagnostic).join('\n\n');
}

import { UserError } from '../../core/errors.js';
import type { BadExample, Example } from '../../registry/index.js';
import type { SkippedExample } from '../types.js';

/** Files that are listed before "and n more". */
const MAX_LISTED = 10;
/** Error of products such as 0.29 * 100, which is a little less than 29. */
const ROUNDING = 1e-9;

/** The examples of one source that cannot be read. A few are skipped with a warning; too many end the run. */
export class BadExamples {
  private readonly reasons = new Map<Example, BadExample>();

  constructor(
    private readonly source: string,
    private readonly total: number,
    private readonly maxShare: number,
    private readonly warn: (text: string) => void,
  ) {}

  has(example: Example): boolean {
    return this.reasons.has(example);
  }

  get size(): number {
    return this.reasons.size;
  }

  get skipped(): readonly SkippedExample[] {
    return [...this.reasons.values()].map(({ file, reason }) => ({ source: this.source, file, reason }));
  }

  /** Records bad examples and warns once for all of them. @throws UserError where there are more than the share. */
  add(found: readonly { readonly example: Example; readonly error: BadExample }[]): void {
    const fresh = found.filter(({ example }) => !this.reasons.has(example));
    if (fresh.length === 0) return;
    for (const { example, error } of fresh) this.reasons.set(example, error);
    const count = this.reasons.size;
    if (count > this.maxShare * this.total + ROUNDING) {
      throw new UserError(
        `${count} of the ${this.total} examples of source "${this.source}" cannot be used; up to ${percent(this.maxShare)} are skipped.\n${listed([...this.reasons.values()])}`,
        { remedy: 'Mend these files or take them out of the folder.' },
      );
    }
    const errors = fresh.map(({ error }) => error);
    this.warn(
      errors.length === 1
        ? `Skipped: ${errors[0]!.message}.`
        : `Skipped ${errors.length} examples:\n${listed(errors)}`,
    );
  }
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;

function listed(errors: readonly BadExample[]): string {
  const lines = errors.slice(0, MAX_LISTED).map((error) => `  ${error.message}`);
  if (errors.length > MAX_LISTED) lines.push(`  and ${errors.length - MAX_LISTED} more`);
  return lines.join('\n');
}

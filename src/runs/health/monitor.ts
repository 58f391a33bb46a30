import type { HealthEvent } from '../../core/events.js';
import type { HealthCheck, HealthContext, Observed } from './check.js';

/** Shows events to checks, and reports each finding once per subject. */
export class HealthMonitor {
  private readonly watchers: readonly {
    readonly check: string;
    readonly watch: ReturnType<HealthCheck['watch']>;
  }[];
  private readonly reported = new Set<string>();

  constructor(checks: readonly HealthCheck[], context: HealthContext) {
    this.watchers = checks.map((check) => ({ check: check.name, watch: check.watch(context) }));
  }

  /**
   * Shows an event to all checks; on resume, those of the journal once more.
   * @returns findings that are new as of this event, to be recorded after it.
   */
  see(event: Observed): readonly HealthEvent[] {
    // A finding in the journal counts as reported, even where the checks of this version would not find it.
    if (event.type === 'health') {
      this.reported.add(keyOf(event));
      return NONE;
    }
    let findings: HealthEvent[] | undefined;
    for (const { check, watch } of this.watchers) {
      for (const finding of watch(event)) {
        const found: HealthEvent = { type: 'health', step: event.step, check, level: 'warning', ...finding };
        const key = keyOf(found);
        if (this.reported.has(key)) continue;
        this.reported.add(key);
        (findings ??= []).push(found);
      }
    }
    return findings ?? NONE;
  }
}

const NONE: readonly HealthEvent[] = [];
const keyOf = ({ check, subject }: Pick<HealthEvent, 'check' | 'subject'>): string =>
  `${check} ${subject ?? ''}`;

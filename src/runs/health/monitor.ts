import type { HealthEvent } from '../../core/events.js';
import type { HealthCheck, HealthContext, Observed } from './check.js';

/** Hands events to checks, and tells each finding once. */
export class HealthMonitor {
  private readonly watchers: readonly {
    readonly check: string;
    readonly watch: ReturnType<HealthCheck['watch']>;
  }[];
  private readonly told = new Set<string>();

  constructor(checks: readonly HealthCheck[], context: HealthContext) {
    this.watchers = checks.map((check) => ({ check: check.name, watch: check.watch(context) }));
  }

  /** @returns what is news as of this event, to be recorded after it. Events of a journal are seen again on resume. */
  see(event: Observed): readonly HealthEvent[] {
    // What was told stays told, also by a version whose checks would not find it.
    if (event.type === 'health') {
      this.told.add(keyOf(event));
      return NO_NEWS;
    }
    let news: HealthEvent[] | undefined;
    for (const { check, watch } of this.watchers) {
      for (const finding of watch(event)) {
        const found: HealthEvent = { type: 'health', step: event.step, check, level: 'warning', ...finding };
        const key = keyOf(found);
        if (this.told.has(key)) continue;
        this.told.add(key);
        (news ??= []).push(found);
      }
    }
    return news ?? NO_NEWS;
  }
}

const NO_NEWS: readonly HealthEvent[] = [];
const keyOf = ({ check, subject }: Pick<HealthEvent, 'check' | 'subject'>): string =>
  `${check} ${subject ?? ''}`;

import type { HealthEvent, RunEvent } from '../../core/events.js';
import type { NonFinite } from '../../core/non-finite.js';
import type { Plan } from '../../plan/index.js';
import type { Registry } from '../../registry/index.js';

/** What checks know in addition to the events. */
export interface HealthContext {
  /** One per phase of training. */
  readonly plans: readonly Plan[];
  readonly registry: Registry;
  /** Of the whole run. */
  readonly steps: number;
}

/** A loss or a weight that is not finite. Its step has no step event. */
export interface NonFiniteEvent {
  readonly type: 'non-finite';
  /** Under which it is recorded: the step that training goes back to, or its own. */
  readonly step: number;
  readonly found: Pick<NonFinite, 'message' | 'step' | 'kind' | 'subject'>;
  /** Times that training had gone back before. */
  readonly rollbacks: number;
  /** The consequence: the run stops, or goes on from an earlier step. */
  readonly outcome: string;
}

export type Observed = RunEvent | NonFiniteEvent;
export type Finding = Omit<HealthEvent, 'type' | 'step' | 'check' | 'level'> &
  Partial<Pick<HealthEvent, 'level'>>;
/** Gets each event once and returns what is wrong as of it; takes constant time and memory. */
export type Watcher = (event: Observed) => readonly Finding[];

/**
 * One thing that can go wrong with a training. It reads events and nothing else, so that a resumed run that reads its
 * journal again knows what the one before it knew. It may find the same again: the monitor reports it once per subject.
 */
export interface HealthCheck {
  readonly name: string;
  readonly summary: string;
  watch(context: HealthContext): Watcher;
}

export const NOTHING: readonly Finding[] = [];

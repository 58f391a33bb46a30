import type { TObject } from 'typebox';
import type { Duration } from '../core/duration.js';
import type { Definition, ParamsOf } from './definition.js';
import { ofKind } from './kind-mark.js';

export interface ScheduleContext {
  /** Steps of the whole run. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Where epochs differ in length: steps until so much time has passed. */
  readonly stepsUntil?: (duration: Duration) => number;
}

/** A factor on a learning rate or a loss's weight. */
export interface ScheduleDefinition<P extends TObject = TObject> extends Definition<P> {
  /** @returns the factor in `step` (from 1). */
  build(params: ParamsOf<P>, context: ScheduleContext): (step: number) => number;
}

export function defineSchedule<P extends TObject>(definition: ScheduleDefinition<P>): ScheduleDefinition<P> {
  return ofKind('schedule', definition);
}

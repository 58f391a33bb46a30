import { type Duration, durationInSteps } from './duration.js';

/** A stretch of a run in which an epoch has one length: a phase. */
export interface Stretch {
  /** Steps of the run that are done before it, and when it ends. */
  readonly from: number;
  readonly to: number;
  readonly stepsPerEpoch: number;
}

/** The stretches of a run, one after the other, and its two clocks: steps, and epochs of whatever length they have. */
export class Course<S extends Stretch = Stretch> {
  constructor(readonly stretches: readonly S[]) {}

  /** Of the whole run. */
  get steps(): number {
    return this.stretches.at(-1)?.to ?? 0;
  }

  /** Epochs done after a step, fractional. */
  epochsAt(step: number): number {
    return this.stretches.reduce((epochs, { from, to, stepsPerEpoch }) => {
      return step <= from ? epochs : epochs + (Math.min(step, to) - from) / stepsPerEpoch;
    }, 0);
  }

  /** Steps until so much time of the run has passed; beyond its end, epochs are as long as the last one. */
  stepsUntil(duration: Duration): number {
    if (duration.unit === 'steps') return durationInSteps(duration, 1);
    let left = duration.count;
    for (const { from, to, stepsPerEpoch } of this.stretches) {
      const epochs = (to - from) / stepsPerEpoch;
      if (left <= epochs || to === this.steps)
        return from + durationInSteps({ count: left, unit: 'epochs' }, stepsPerEpoch);
      left -= epochs;
    }
    return 0;
  }
}

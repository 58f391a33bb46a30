import { type Duration, durationInSteps, parseDuration } from './duration.js';
import { isDue } from './due.js';

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
      const steps = Math.round(left * stepsPerEpoch);
      if (steps <= to - from || to === this.steps) return Math.max(1, from + steps);
      left -= (to - from) / stepsPerEpoch;
    }
    return 0;
  }

  /** Whether something that happens `every` so often is due after a step. */
  isDue(every: string, step: number): boolean {
    const duration = parseDuration(every);
    if (this.stretches.length === 1 || duration?.unit !== 'epochs')
      return isDue(every, step, this.stretches[0]!.stepsPerEpoch);
    const times = Math.round(this.epochsAt(step) / duration.count);
    return [times - 1, times, times + 1].some(
      (each) => each > 0 && this.stepsUntil({ unit: 'epochs', count: each * duration.count }) === step,
    );
  }
}

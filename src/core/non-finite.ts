import { UserError } from './errors.js';

/** A loss or a weight that is no number any more: training cannot go on from there. */
export class NonFinite extends UserError {
  constructor(
    readonly step: number,
    readonly kind: 'loss' | 'weight',
    /** `D/adversarial`, `G/encoder/e1/conv/kernel`. */
    readonly subject: string,
    readonly value: number,
  ) {
    super(`${kind === 'loss' ? 'Loss' : 'Weight'} ${subject} is ${value} in step ${step}.`, {
      remedy: 'Lower the learning rate, or check the data of that step; earlier checkpoints are intact.',
    });
  }
}

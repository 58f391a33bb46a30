import { type TProperties, Type } from 'typebox';
import type { LossDefinition } from '../../registry/index.js';
import { section } from './keywords.js';
import type { ScheduleConfig } from './optimizer.js';
import { call, steps } from './texts.js';
import type { SectionOf } from './types.js';

/** Operands by kind of loss; each is a call. */
const OPERANDS = {
  scores: {
    real: Type.Optional(
      call('Scores that should say real; in an update that trains the discriminator.', ['D(source, target)']),
    ),
    fake: Type.Optional(call('Scores that should say fake; in an update that trains the discriminator.')),
    fool: Type.Optional(
      call('Scores of fakes that should say real; in an update that trains their generator.'),
    ),
  },
  difference: {
    of: call('What is compared.', ['fake']),
    to: call('What it should match.', ['target']),
    where: Type.Optional(call('A mask: the mean is taken inside it only.', ['mask'])),
  },
  penalty: {
    of: call('The call whose gradient is penalised.', ['D(source, target)']),
    at: call('The field or tensor with respect to which it is differentiated.', ['target']),
  },
} satisfies Readonly<Record<Exclude<LossDefinition['operands'], 'values'>, TProperties>>;

/** Keys of every loss beside its operands. */
const commonKeys = {
  weight: Type.Number({
    minimum: 0,
    default: 1,
    description: 'Factor in the total; 0: measured, not trained on.',
  }),
  every: steps({
    default: '1 step',
    description: 'Taken in steps divisible by it, its weight then n-fold, so that its mean strength stays.',
  }),
  schedule: Type.Optional(section<ScheduleConfig>('schedule', 'Multiplies the weight as training goes on.')),
};

export type LossConfig = SectionOf<typeof commonKeys & Pick<typeof OPERANDS.difference, 'where'>>;

/** A loss's keys that hold calls. */
export function operandKeys(definition: LossDefinition): TProperties {
  if (definition.operands === 'values') {
    const described = Object.entries(definition.values);
    return Object.fromEntries(described.map(([key, description]) => [key, call(description, ['fake'])]));
  }
  const { where, ...others }: TProperties = OPERANDS[definition.operands];
  const isMaskable = where !== undefined && !('whole' in definition && definition.whole);
  return isMaskable ? { ...others, where } : others;
}

/** Keys of a loss beside those of its own definition. */
export const lossKeys = (definition: LossDefinition): TProperties => ({
  ...operandKeys(definition),
  ...commonKeys,
});

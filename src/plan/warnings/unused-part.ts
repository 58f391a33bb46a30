import type { Call } from '../../core/call.js';
import { say } from '../../recipe/messages/codes/index.js';
import { networkCalls } from '../forwards.js';
import type { Warning } from './warning.js';

/** One of a network's several outputs that no call uses. */
export const unusedPart: Warning = {
  inAllPhases: true,
  dependsOn: ['game'],

  *find({ networks, tensors, updates }) {
    const written: readonly Call[] = [
      ...tensors.flatMap(({ call, operands }) => (call ? [call] : operands)),
      ...Object.values(updates).flatMap(({ losses }) =>
        losses.flatMap(({ operands }) => Object.values(operands)),
      ),
    ];
    const calls = networkCalls(written);
    for (const { name, outputs = {} } of Object.values(networks)) {
      if (Array.isArray(outputs)) continue;
      for (const output of Object.keys(outputs)) {
        if (calls.some(({ network, part }) => network === name && part === output)) continue;
        yield { message: say('unused-part', name, output), path: ['networks', name, 'outputs', output] };
      }
    }
  },
};

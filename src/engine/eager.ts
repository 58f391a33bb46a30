import type { Tf } from '../core/ops.js';
import { plainRepeater } from '../core/repeat.js';
import type { Engine } from './definition.js';

/** Common to all engines that compute every operation at once and count nothing. */
export function eager(tf: Tf): Pick<Engine, 'repeater' | 'stats' | 'flush'> {
  return {
    repeater: () => plainRepeater(tf),
    stats: () => ({
      compiles: 0,
      flushes: 0,
      nodes: 0,
      recordMs: 0,
      compileMs: 0,
      feedMs: 0,
      runMs: 0,
      hostMs: 0,
      bytesHeld: tf.memory().numBytes,
    }),
    flush: () => undefined,
  };
}

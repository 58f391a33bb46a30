import { isatty } from 'node:tty';
import picocolors from 'picocolors';

const { env } = process;
const wanted = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';

/**
 * Colours for a terminal, and none in a file or a pipe, unless FORCE_COLOR asks for them; NO_COLOR forbids them.
 * picocolors alone also colours wherever CI is set, and `gan explain RECIPE > resolved.yaml` would be no YAML there.
 */
export const paint = picocolors.createColors(!env.NO_COLOR && (wanted || (isatty(1) && env.TERM !== 'dumb')));

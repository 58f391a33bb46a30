import { UserError } from '../../core/errors.js';

/** The address of Redis that a flag gives, or leaves to GAN_QUEUE: a password has no place in a list of processes. */
export function queueAddress(flag: string | true | undefined): string {
  const url = typeof flag === 'string' ? flag : process.env['GAN_QUEUE'];
  if (url) return url;
  throw new UserError('Where is the queue?', {
    exitCode: 2,
    remedy: 'Give --queue redis://HOST:6379, or set GAN_QUEUE.',
  });
}

import { type ErrorPoint, UserError } from '../core/errors.js';
import { type Facts, type MessageId, say } from '../recipe/messages/codes/index.js';

/** A mistake that planning finds, in the words of the catalogue. @param point what of a part of the recipe is wrong. */
export function planError<Id extends MessageId>(
  id: Id,
  point: Omit<ErrorPoint, 'code'>,
  ...facts: Facts<Id>
): UserError {
  const { code, message, remedy } = say(id, ...facts);
  return new UserError(message, { exitCode: 2, point: { ...point, code }, remedy });
}

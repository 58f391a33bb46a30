/**
 * The helpers by which everything that ships is defined, the types that they take, and the errors that a definition may
 * throw.
 */
export { type Shape, sizeOf } from '../core/shape.js';
export { UserError } from '../core/errors.js';
export { Random } from '../core/random.js';
export * from '../registry/index.js';

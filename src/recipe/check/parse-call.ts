import type { Call, Span } from '../../core/call.js';

/** A network nested deeper than this in one call is a slip, and would overflow the stack in the end. */
const MAX_DEPTH = 50;

/** Why a text is no call, and where in it. */
export class CallError extends Error {
  constructor(
    message: string,
    readonly span: Span,
  ) {
    super(message);
  }
}

/**
 * Reads `name`, `N(a, b)` or `N.part(a, b)`; arguments are calls.
 * @throws CallError
 */
export function parseCall(text: string): Call {
  let at = 0;

  const skipSpace = (): void => {
    while (/\s/.test(text[at] ?? '')) at++;
  };
  const fail = (message: string, start: number, end = start + 1): never => {
    throw new CallError(message, { start, end });
  };
  const word = (pattern: RegExp, what: string): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) {
      const got = at < text.length ? `"${text[at]}"` : 'the text ends';
      return fail(`${what} is expected here, but ${at < text.length ? `there is ${got}` : got}.`, at);
    }
    at += found.length;
    return found;
  };

  const call = (depth: number): Call => {
    if (depth > MAX_DEPTH) return fail(`calls are nested more than ${MAX_DEPTH} deep.`, at);
    skipSpace();
    const start = at;
    const name = word(/[A-Za-z][A-Za-z0-9_]*/y, 'a name');
    let part: string | undefined;
    if (text[at] === '.') {
      at++;
      part = word(/[A-Za-z][A-Za-z0-9_]*(\/[A-Za-z][A-Za-z0-9_]*)*/y, `a part of ${name}`);
    }
    const end = at;
    skipSpace();
    if (text[at] !== '(') {
      if (part !== undefined) fail(`a part must be called: ${name}.${part}(...).`, start, end);
      return { kind: 'name', name, span: { start, end } };
    }
    const open = at++;
    const args: Call[] = [];
    do {
      args.push(call(depth + 1));
      skipSpace();
      if (text[at] === ')') {
        at++;
        return {
          kind: 'call',
          network: name,
          ...(part === undefined ? {} : { part }),
          args,
          span: { start, end: at },
        };
      }
    } while (text[at++] === ',');
    at--;
    if (at >= text.length) return fail('this parenthesis is not closed.', open);
    return fail(`a comma or a closing parenthesis is expected here, but there is "${text[at]}".`, at);
  };

  const whole = call(0);
  skipSpace();
  if (at < text.length) fail(`the call ends before this: only names and N(a, b) are calls.`, at, text.length);
  return whole;
}

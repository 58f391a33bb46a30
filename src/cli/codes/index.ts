import { paint } from '../../core/node/paint.js';
import { UserError } from '../../core/errors.js';
import { shippedDefinitions } from '../../definitions.js';
import { CODE_GROUPS, CODES } from '../../recipe/messages/codes/index.js';
import { suggest } from '../../recipe/messages/suggest.js';
import { exampleOutput } from './example.js';
import { textWidth, wrap } from '../../reference/index.js';
import type { ReferenceFormat } from '../reference.js';

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const width = (): number => textWidth(process.stdout.columns);

/** `gan list errors`. */
export function listCodes(format: ReferenceFormat): void {
  const entries = Object.entries(CODES).map(([code, { meaning }]) => ({ code, meaning }));
  if (format === 'json') {
    print(JSON.stringify(entries, undefined, 2));
    return;
  }
  const column = Math.max(...entries.map(({ code }) => code.length)) + 2;
  const groups = Object.entries(CODE_GROUPS).map(([heading, codes]) => {
    const lines = Object.entries(codes).map(
      ([code, { meaning }]) =>
        `  ${paint.cyan(code)}${wrap(meaning, width(), column + 2).slice(code.length + 2)}`,
    );
    return [paint.bold(heading), ...lines].join('\n');
  });
  print(groups.join('\n\n'));
}

/** `gan describe error CODE`: what a finding's code stands for, and one of its kind. */
export async function describeCode(code: string, format: ReferenceFormat): Promise<void> {
  const known = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  if (!known) {
    const remedy = suggest(code, Object.keys(CODES), 'Codes');
    throw new UserError(`There is no error "${code}".`, {
      exitCode: 2,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
  const { meaning, remedy } = known;
  const output = await exampleOutput(code, shippedDefinitions());
  if (format === 'json') {
    print(JSON.stringify({ code, meaning, remedy, output }, undefined, 2));
    return;
  }
  const blocks = [
    paint.bold(code),
    wrap(meaning, width()),
    wrap(remedy, width()),
    `${paint.bold('Example')}\n${output.replace(/^/gm, '  ')}`,
  ];
  print(blocks.join('\n\n'));
}

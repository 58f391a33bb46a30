import type { Kind } from '../../../registry/index.js';
import { NOUNS } from '../nouns.js';
import { suggest } from '../suggest.js';
import type { Example, Words } from './code.js';

type NoSuch = (name: string, choices: readonly string[]) => Words;

/** What is said of a name that names nothing, with the choices that there are. */
export const noSuch =
  (what: string, heading: string, place = ''): NoSuch =>
  (name, choices) => ({
    message: `There is no ${what} "${name}"${place}.`,
    remedy: suggest(name, choices, heading),
  });

/** The same of a `type`. */
export const noSuchType = (kind: Kind): NoSuch => noSuch(NOUNS[kind].one, NOUNS[kind].many);

/** The code of a kind that only a `type` can name. */
export const unknownType = (kind: Kind, noun: string, list: string, example: Example) => ({
  meaning: `There is no ${noun} of this \`type\`.`,
  remedy: `\`gan list ${list}\` lists them.`,
  example,
  says: { type: noSuchType(kind) },
});

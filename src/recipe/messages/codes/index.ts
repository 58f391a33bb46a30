import { changeCodes } from './changes.js';
import type { Code, Codes, Says, Words } from './code.js';
import { formCodes } from './form.js';
import { gameCodes } from './game.js';
import { planCodes } from './plan.js';
import { warningCodes } from './warnings.js';
import { yamlCodes } from './yaml.js';

export type { Code, Example, Words } from './code.js';

/** Codes by the heading of the page that they stand under. */
export const CODE_GROUPS: Readonly<Record<string, Codes>> = {
  'The text': yamlCodes,
  'Keys and values': formCodes,
  'Names and the game': gameCodes,
  'Changes, phases, ablations': changeCodes,
  Shapes: planCodes,
  Warnings: warningCodes,
};

const catalogue = {
  ...yamlCodes,
  ...formCodes,
  ...gameCodes,
  ...changeCodes,
  ...planCodes,
  ...warningCodes,
};

/** Every code that findings have, with what it stands for. */
export const CODES: Readonly<Record<string, Code>> = catalogue;

type Catalogue = typeof catalogue;
type SaysOf<C extends keyof Catalogue> = Catalogue[C] extends { readonly says: infer S } ? S : never;

/** A code that is found in one way, or `code.way`. */
export type MessageId = {
  [C in keyof Catalogue]: SaysOf<C> extends Says ? C : `${C}.${keyof SaysOf<C> & string}`;
}[keyof Catalogue];

type Way<Id extends MessageId> = Id extends keyof Catalogue
  ? SaysOf<Id>
  : Id extends `${infer C extends keyof Catalogue}.${infer W}`
    ? SaysOf<C>[W & keyof SaysOf<C>]
    : never;

/** The facts that a message is made from. */
export type Facts<Id extends MessageId> = Way<Id> extends Says ? Parameters<Way<Id>> : never;

/** A code and what is said under it. */
export interface Message extends Words {
  readonly code: string;
  readonly remedy?: string;
}

/** A finding in words: what stands under `id` in the catalogue, about these facts. */
export function say<Id extends MessageId>(id: Id, ...facts: Facts<Id>): Message {
  const [code = '', way] = id.split('.');
  const { says, remedy } = CODES[code]!;
  const words = (typeof says === 'function' ? says : says![way!]!) as (...facts: Facts<Id>) => string | Words;
  const wording = words(...facts);
  if (typeof wording === 'string') return { code, message: wording, remedy };
  return {
    code,
    message: wording.message,
    ...(wording.remedy === undefined ? {} : { remedy: wording.remedy }),
  };
}
